import type { Statement, Value } from "./executor.js";

/** The SQL in which databases differ. Everything else is in the one storage and the one schema. */
export interface Dialect {
  /** Returns the name of a table. A dot and a column may follow it. */
  table(name: string): string;
  /** Returns the placeholder of the parameter with this number, from 1. */
  parameter(number: number): string;
  /** Returns a boolean as a parameter. */
  flag(value: boolean): Value;
  /** True if `INSERT` and `DELETE` take `RETURNING`. */
  readonly hasReturning: boolean;
  /** Follows an `INSERT` that is to add nothing where a row stands in its way. */
  readonly ifAbsent: string;
  /** Tells the error of an `INSERT` in whose way a row stood, where {@link ifAbsent} does not avoid it. */
  isDuplicate?(error: unknown): boolean;
  /**
   * Returns what follows an `INSERT` that is to change the row with the same `key`, by these assignments. An expression
   * that names a column of the table means the row that is there.
   */
  orChange(key: string, assignments: readonly string[]): string;
  /** Returns the value that the `INSERT` was to give to a column, as part of {@link orChange}. */
  inserted(column: string): string;
  /** Follows a `SELECT` that locks its row until the transaction ends, where transactions run at once. */
  readonly forUpdate?: string;
  /** Returns the SQL by which a statement of an atomic operation refers to the one at `index`, right before it. */
  after(index: number): After;
  /**
   * Returns one statement that does what all of these do, atomically, and has one row of how many rows each changed.
   * Without this method an atomic operation is a transaction.
   */
  together?(statements: readonly Statement[]): Statement;
  readonly json: JsonDialect;
  readonly types: Types;
  readonly migrations: MigrationsDialect;
}

/** SQL by which a statement refers to the one before it in the same atomic operation. */
export interface After {
  /** The new `id`, where that was an `INSERT`. */
  readonly id: string;
  /** Follows the columns of a `SELECT` that is to have a row only if that changed one. */
  readonly ifChanged: string;
}

/** The functions that make JSON of columns. A record is selected as JSON text, so that no driver's types have a say in it. */
export interface JsonDialect {
  /** Returns the object of names and values, `'id', users.id, 'email', users.email`. */
  object(pairs: string): string;
  /** Returns a boolean column as JSON. */
  flag(column: string): string;
  /** Returns a column of a text of JSON as JSON. */
  nested(column: string): string;
  /** Returns the one value of a subquery as JSON, `null` where it has no row. */
  subquery(select: string): string;
  /** Returns the text of a JSON value. */
  text(json: string): string;
}

/** The types of the schema. */
export interface Types {
  /** A number that the database counts up, and the primary key. */
  readonly id: string;
  readonly integer: string;
  /** Returns the type of a boolean column of that name, never `NULL`. */
  flag(column: string): string;
  /** Returns the type of a column of that name for a JSON array, never `NULL`. */
  list(column: string): string;
  /** Returns the same of a column that a table in use gets, whose rows have the empty array. */
  newList(column: string): string;
  /** Text that is kept whole. */
  readonly text: string;
  /** Text of at most 320 characters that is compared byte by byte, and may have an index. */
  readonly exact: string;
  /** Follows a table that has an `id`. */
  readonly table: string;
  /** Follows a table whose primary key is a text. */
  readonly keyed: string;
}

/** The way in which migrations are applied. */
export interface MigrationsDialect {
  /** The table of their names. */
  readonly table: string;
  /** Returns a row if that table is there. */
  readonly find: string;
  /** Returns a row if tables are there and none of this package's, where these have no place of their own. */
  readonly others?: string;
  /** Makes those that migrate at once take turns, within their transaction. */
  readonly lock: readonly string[];
  /** Creates what the tables are in. */
  readonly namespace: readonly string[];
  /** Follows `CREATE TABLE`, and `CREATE INDEX` and `ADD COLUMN`, where a migration that broke off is not undone. */
  readonly unlessThere: { readonly table: string; readonly part: string };
}
