import type { Event } from "../core/wire.js";
import type { Dialect } from "./dialect.js";
import type { Executor, Statement, Value } from "./executor.js";
import { type IdOfNew, statementsIn } from "./statement.js";
import { EVENTS } from "./table.js";

/** A row to add. */
interface Addition {
  /** The `INSERT`, and what follows it. */
  readonly insert: (suffix: Statement) => Statement;
  /** Selects the `id` of the row, once it is there. */
  readonly find: Statement;
  /** Adds nothing where a row with such unique values is there; otherwise that is a failure. */
  readonly isOptional: boolean;
}

/** Returns what the methods of a storage do with a database. */
export function databaseOver(db: Executor, dialect: Dialect) {
  const transaction = async (statements: readonly Statement[]): Promise<number[]> => {
    const counts = await db.transaction(statements);
    return statements.map((_, index) => rowCount(counts[index]));
  };

  const statements = statementsIn(dialect);
  const { statement, insert, eventOf } = statements;
  const returning = dialect.hasReturning ? " RETURNING id" : "";

  const query = <Row>({ sql, values }: Statement): Promise<Row[]> => db.query<Row>(sql, values);

  /** Returns the JSON in the column `record` of each row. */
  const all = async <Of>(sql: string, values: Value[]): Promise<Of[]> => {
    const rows = await query<{ record: string }>(statement(sql, values));
    return rows.map(({ record }) => JSON.parse(record) as Of);
  };

  /** Returns that of the one row, if there is one. */
  const one = async <Of>(sql: string, values: Value[]): Promise<Of | undefined> => (await all<Of>(sql, values))[0];

  /** Runs one write and returns how many rows it changed. */
  const change = async (sql: string, values: Value[]): Promise<number> => {
    const write = statement(sql, values);
    return rowCount(await db.change(write.sql, write.values));
  };

  /** Runs the writes as one atomic operation, and returns how many rows each changed. */
  const atomically = async (...writes: Statement[]): Promise<number[]> => {
    const together = dialect.together?.(writes);
    if (together === undefined) return transaction(writes);
    const [counts] = await query<Record<string, unknown>>(together);
    return writes.map((_, index) => rowCount(Number(counts?.[`changed${index}`])));
  };

  /** Runs a change with its event and with `further` writes; returns whether there was a row to change. */
  const isChanged = async (write: Statement, event: Event, ...further: Statement[]): Promise<boolean> => {
    const [changed] = await atomically(write, eventOf(0, event), ...further);
    return changed !== 0;
  };

  /** Adds a row, with its event if there is one, and returns the new id; `undefined` if none is added. */
  const add = async (
    { insert, find, isOptional }: Addition,
    event: Event | null,
    idOfNew: IdOfNew,
  ): Promise<number | undefined> => {
    const ifAbsent = isOptional ? dialect.ifAbsent : "";
    try {
      if (event === null) return await idIn(insert(statement(`${ifAbsent}${returning}`, [])));
      const [added] = await atomically(insert(statement(ifAbsent, [])), eventOf(0, event, idOfNew));
      return added === 0 ? undefined : await idIn(find);
    } catch (error) {
      if (isOptional && dialect.isDuplicate?.(error)) return undefined;
      throw error;
    }
  };

  /**
   * Deletes the row that fits, with its event and after what refers to it; returns whether there was one. The row is locked before, so
   * that nothing new refers to it meanwhile.
   */
  const remove = async (table: string, fits: Statement, event: Event, ...referring: Statement[]): Promise<boolean> => {
    const { sql, values } = fits;
    const where = `${table} WHERE ${sql}`;
    const { forUpdate } = dialect;
    const counts = await transaction([
      ...(forUpdate === undefined ? [] : [statement(`SELECT 1 FROM ${where}${forUpdate}`, values)]),
      insert(EVENTS, event, { ifChanged: `FROM ${table}`, suffix: { sql: ` WHERE ${sql}`, values } }),
      ...referring,
      statement(`DELETE FROM ${where}`, values),
    ]);
    return counts.at(-1) !== 0;
  };

  /** Returns the `id` of the row that a statement gives. */
  const idIn = async (giving: Statement): Promise<number | undefined> => {
    const [row] = await query<{ id: unknown }>(giving);
    return row && Number(row.id);
  };

  return { ...statements, dialect, all, one, change, atomically, isChanged, add, remove, idIn };
}

/** Returns the count. Anything else would pass for a row that was changed. */
function rowCount(count: unknown): number {
  if (Number.isSafeInteger(count) && (count as number) >= 0) return count as number;
  throw new TypeError("the executor must give the number of changed rows as an integer from 0");
}
