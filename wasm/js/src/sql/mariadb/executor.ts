import type { Executor, Statement, Value } from "../executor.js";
import { untilSerial } from "../serial.js";

/** The part of a pool of `mysql2/promise` that is used; what its `createPool` returns fits. */
export interface MariadbPool {
  execute(sql: string, values: Value[]): Promise<[result: unknown, fields: unknown]>;
  getConnection(): Promise<MariadbConnection>;
}

/** The part of a connection of such a pool that is used. */
export interface MariadbConnection extends Pick<MariadbPool, "execute"> {
  beginTransaction(): Promise<void>;
  commit(): Promise<void>;
  rollback(): Promise<void>;
  release(): void;
}

/** Returns the executor over a pool. */
export function executorOver(pool: MariadbPool): Executor & Required<Pick<Executor, "migrate">> {
  return {
    query: async <Row>(sql: string, values: readonly Value[]) =>
      rowsOf(await untilSerial(DEADLOCK, () => execute(pool, sql, values))) as Row[],
    change: async (sql, values) => changedBy(await untilSerial(DEADLOCK, () => execute(pool, sql, values))),
    transaction: (statements) =>
      untilSerial(DEADLOCK, () => onConnection(pool, (connection) => inTransaction(connection, statements))),
    migrate: (statements) => onConnection(pool, (connection) => inTurn(connection, statements)),
  };
}

type Result = unknown[] | { affectedRows: number; insertId: number };

/** Runs a statement, into which the server puts the values. */
async function execute(by: Pick<MariadbPool, "execute">, sql: string, values: readonly Value[] = []): Promise<Result> {
  return (await by.execute(sql, [...values]))[0] as Result;
}

const rowsOf = (result: Result): unknown[] => (Array.isArray(result) ? result : [{ id: result.insertId }]);

const changedBy = (result: Result): number => (Array.isArray(result) ? 0 : result.affectedRows);

const DEADLOCK = ["ER_LOCK_DEADLOCK"];

/** Lends a connection of the pool to `use`. */
export async function onConnection<Done>(
  pool: Pick<MariadbPool, "getConnection">,
  use: (connection: MariadbConnection) => Promise<Done>,
): Promise<Done> {
  const connection = await pool.getConnection();
  return use(connection).finally(() => connection.release());
}

async function inTransaction(connection: MariadbConnection, statements: readonly Statement[]): Promise<number[]> {
  await connection.beginTransaction();
  try {
    const changed: number[] = [];
    for (const { sql, values } of statements) changed.push(changedBy(await execute(connection, sql, values)));
    await connection.commit();
    return changed;
  } catch (error) {
    await connection.rollback();
    throw error;
  }
}

/** Runs the statements of migrations while no other process does. No transaction holds them: a `CREATE TABLE` ends it. */
async function inTurn(connection: MariadbConnection, statements: readonly string[]): Promise<void> {
  const [turn] = rowsOf(await execute(connection, "SELECT GET_LOCK('ssokey.schema', 60) AS isMine")) as { isMine: unknown }[];
  if (turn?.isMine !== 1) throw new Error("a different process has been migrating the database for 60 seconds");
  try {
    for (const sql of statements) await execute(connection, sql);
  } finally {
    await execute(connection, "SELECT RELEASE_LOCK('ssokey.schema')");
  }
}
