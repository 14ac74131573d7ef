/** The value of a parameter. A number is a safe integer. */
export type Value = string | number | boolean | null;

/** A statement, and the values of its parameters in their order. */
export interface Statement {
  readonly sql: string;
  readonly values: readonly Value[];
}

/** A database, by whichever driver. A method that rejects has changed all or nothing. What was changed is durable. */
export interface Executor {
  /**
   * Runs one statement and returns its rows, each as an object. In a dialect without `RETURNING`, an `INSERT` returns one
   * row with the new `id`.
   */
  query<Row>(sql: string, values: readonly Value[]): Promise<Row[]>;
  /** Runs one statement that writes, and returns how many rows it found to change, also where their values stay equal. */
  change(sql: string, values: readonly Value[]): Promise<number>;
  /**
   * Runs all of the statements in their order, on one connection and as one atomic operation, and returns how many rows each
   * changed, as {@link change} does. They have no `RETURNING`. In PostgreSQL those of migrations and deletions alone come
   * here.
   */
  transaction(statements: readonly Statement[]): Promise<number[]>;
  /** Runs the statements of migrations in their order. Without this method they are one {@link transaction}. */
  migrate?(statements: readonly string[]): Promise<void>;
  /** The same database for what the operator does, which may change each row of a table and gets more time. Default: this one. */
  readonly patient?: Executor;
}
