import type { Executor, Value } from "../executor.js";
import type { PostgresPool } from "./pool.js";

/** Returns the executor over a pool, which runs each statement on any of its connections. */
export function executorOver(pool: PostgresPool): Executor {
  const send = (sql: string, values: readonly Value[]) => pool.query(sql, [...values]);
  return {
    query: async <Row>(sql: string, values: readonly Value[]) => (await send(sql, values)).rows as Row[],
    change: async (sql, values) => (await send(sql, values)).rowCount ?? 0,
    async transaction(statements) {
      const connection = await pool.connect();
      let broken: unknown;
      try {
        const counts: number[] = [];
        await connection.query("BEGIN");
        for (const { sql, values } of statements) counts.push((await connection.query(sql, [...values])).rowCount ?? 0);
        await connection.query("COMMIT");
        return counts;
      } catch (error) {
        await connection.query("ROLLBACK").catch((reason: unknown) => (broken = reason));
        throw error;
      } finally {
        connection.release(broken !== undefined);
      }
    },
  };
}
