import type { Executor, Statement, Value } from "../executor.js";

/** What is needed of a pool of the package `pg`; one of its `Pool`s fits. */
export interface PostgresPool {
  query(text: string, values?: unknown[]): Promise<{ rows: unknown[]; rowCount: number | null }>;
}

/** Returns the executor over a pool, which runs each statement on any of its connections. */
export function executorOver(pool: PostgresPool): Executor {
  const send = (sql: string, values: readonly Value[]) => pool.query(sql, [...values]);
  return {
    query: async <Row>(sql: string, values: readonly Value[]) => (await send(sql, values)).rows as Row[],
    change: async (sql, values) => (await send(sql, values)).rowCount ?? 0,
    async transaction(statements) {
      const { sql, values } = together(statements);
      const [counts] = (await send(sql, values)).rows as Record<string, string>[];
      return statements.map((_, index) => Number(counts?.[`changed${index}`]));
    },
    async migrate(statements) {
      // Without parameters the driver sends them as one query, which is one transaction.
      await pool.query(statements.join(";\n"));
    },
  };
}

/** Returns one statement that runs them all, on one connection and in one round trip, and counts what each changed. */
function together(statements: readonly Statement[]): Statement {
  const parts: string[] = [];
  const values: Value[] = [];
  for (const [index, statement] of statements.entries()) {
    const { length } = values;
    const sql = statement.sql.replace(/\$(\d+)/g, (_, number: string) => `$${length + Number(number)}`);
    parts.push(`part${index} AS (${sql} RETURNING 1)`);
    values.push(...statement.values);
  }
  const counts = statements.map((_, index) => `(SELECT count(*) FROM part${index})::text AS changed${index}`);
  return { sql: `WITH ${parts.join(",\n")} SELECT ${counts.join(", ")}`, values };
}
