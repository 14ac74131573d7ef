import type { Executor, Statement, Value } from "../executor.js";
import { untilSerial } from "../serial.js";

/** The part of a pool of the package `pg` that is used; one of its `Pool`s fits. */
export interface PostgresPool {
  query(text: string, values?: unknown[]): Promise<{ rows: unknown[]; rowCount: number | null }>;
  /** Migrations and deletions alone take a connection of their own. */
  connect(): Promise<PostgresConnection>;
}

/** The part of a connection of such a pool that is used. */
export interface PostgresConnection extends Pick<PostgresPool, "query"> {
  /** Gives it back; with `true` it is closed. */
  release(isBroken?: boolean): void;
}

/** Returns the executor over a pool, which runs each statement on any of its connections. */
export function executorOver(pool: PostgresPool): Executor {
  const send = (sql: string, values: readonly Value[]) => pool.query(sql, [...values]);
  return {
    query: async <Row>(sql: string, values: readonly Value[]) => (await send(sql, values)).rows as Row[],
    change: async (sql, values) => (await send(sql, values)).rowCount ?? 0,
    transaction: (statements) => untilSerial(UNDONE, () => inTransaction(pool, statements)),
  };
}

/** Two transactions waited for each other, or one was not to see what the other has written. */
const UNDONE = ["40P01", "40001"];

async function inTransaction(pool: PostgresPool, statements: readonly Statement[]): Promise<number[]> {
  const connection = await pool.connect();
  let isBroken = false;
  try {
    const counts: number[] = [];
    await connection.query("BEGIN");
    for (const { sql, values } of statements) counts.push((await connection.query(sql, [...values])).rowCount ?? 0);
    await connection.query("COMMIT");
    return counts;
  } catch (error) {
    await connection.query("ROLLBACK").catch(() => {
      isBroken = true;
    });
    throw error;
  } finally {
    connection.release(isBroken);
  }
}
