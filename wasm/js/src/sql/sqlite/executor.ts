/** What a parameter may be. */
export type Value = string | number | boolean | null;

/** A database that speaks SQLite, by whichever driver. Parameters are `?1`, `?2` and so on, which every driver takes. */
export interface Executor {
  /** Runs one statement and returns its rows. */
  query<Row>(sql: string, values?: Value[]): Promise<Row[]>;
  /** Runs one statement that writes and returns how many rows it changed. */
  change(sql: string, values: Value[]): Promise<number>;
  /** Runs all of the statements, in one transaction, or none. */
  transaction(statements: string[]): Promise<void>;
}
