import { errorCode } from "../../core/error.js";
import type { Executor, Statement, Value } from "../executor.js";
import type { MariadbConnection, MariadbPool } from "./pool.js";

/** How often a statement that ended in a deadlock is sent again. */
const REPETITIONS = 10;
/** How long a migration waits for one that is under way, in seconds. */
const PATIENCE = 60;

/** Returns the executor over a pool. */
export function executorOver(pool: MariadbPool): Executor {
  return {
    async query<Row>(sql: string, values: readonly Value[]): Promise<Row[]> {
      const result = await untilSerial(() => execute(pool, { sql, values }));
      return (Array.isArray(result) ? result : [{ id: result.insertId }]) as Row[];
    },
    change: (sql, values) => untilSerial(() => change(pool, { sql, values })),
    transaction: (statements) =>
      untilSerial(() => withConnection(pool, (connection) => inTransaction(connection, statements))),
    migrate: (statements) => withConnection(pool, (connection) => inTurn(connection, statements)),
  };
}

type Result = unknown[] | { affectedRows: number; insertId: number };

/** Sends a statement, whose parameters the server fits in. */
async function execute(by: Pick<MariadbPool, "execute">, { sql, values }: Statement): Promise<Result> {
  const [result] = await by.execute(sql, [...values]);
  return result as Result;
}

async function change(by: Pick<MariadbPool, "execute">, statement: Statement): Promise<number> {
  const result = await execute(by, statement);
  return Array.isArray(result) ? 0 : result.affectedRows;
}

/** Repeats what the server rolled back because it stood in the way of another transaction, and that in its own. */
async function untilSerial<Done>(run: () => Promise<Done>): Promise<Done> {
  for (let repetition = 0; ; repetition += 1) {
    try {
      return await run();
    } catch (error) {
      if (errorCode(error) !== "ER_LOCK_DEADLOCK" || repetition === REPETITIONS) throw error;
    }
  }
}

async function withConnection<Done>(pool: MariadbPool, use: (connection: MariadbConnection) => Promise<Done>): Promise<Done> {
  const connection = await pool.getConnection();
  try {
    return await use(connection);
  } finally {
    connection.release();
  }
}

async function inTransaction(connection: MariadbConnection, statements: readonly Statement[]): Promise<number[]> {
  await connection.beginTransaction();
  try {
    const changed: number[] = [];
    for (const statement of statements) changed.push(await change(connection, statement));
    await connection.commit();
    return changed;
  } catch (error) {
    await connection.rollback();
    throw error;
  }
}

/** Runs the statements of migrations, while no other process does. Each that creates something ends a transaction. */
async function inTurn(connection: MariadbConnection, statements: readonly string[]): Promise<void> {
  const lock = `SELECT GET_LOCK('ssokey.schema', ${PATIENCE}) AS isMine`;
  const [row] = (await execute(connection, { sql: lock, values: [] })) as { isMine: number | null }[];
  if (row?.isMine !== 1) throw new Error(`a different process has been migrating the database for ${PATIENCE} seconds`);
  try {
    for (const sql of statements) await execute(connection, { sql, values: [] });
  } finally {
    await execute(connection, { sql: "SELECT RELEASE_LOCK('ssokey.schema')", values: [] });
  }
}
