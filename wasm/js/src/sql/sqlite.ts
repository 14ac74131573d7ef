import type { OperatorStorage, Storage } from "../storage/contract.js";
import { migrate, migratedBy, migrateEmpty, type MigrateOptions } from "./migration.js";
import { sqlite } from "./sqlite/dialect.js";
import { type Address, Connection } from "./sqlite/libsql.js";
import { storageOver } from "./storage.js";

const REMEDY = "apply them with `ssokey migrate --db …`";

/** A storage in SQLite. Several processes may open the same file. */
export interface SqliteStorage extends Storage, OperatorStorage {
  /** Gives the file or the connection back. No method may be called after it. */
  close(): void;
}

/**
 * Opens a SQLite file, or a database on a libSQL server, through the package `@libsql/client`. In an empty one the tables
 * are created.
 *
 * Every write is one statement, and on the disk when it returns. Rejects with {@link MigrationError} if the tables are
 * those of a different version of this package, with {@link MissingDriverError} if the driver is not installed, with the
 * driver's own error if the database cannot be opened.
 */
export async function sqliteStorage(address: Address = { url: "file:ssokey.db" }): Promise<SqliteStorage> {
  const db = await Connection.open(address);
  try {
    if (db.isFile) await db.query("PRAGMA journal_mode = WAL", []);
    await migrateEmpty(migratedBy(db, sqlite, REMEDY));
  } catch (error) {
    db.close();
    throw error;
  }
  return { ...storageOver(db, sqlite), close: () => db.close() };
}

/**
 * Brings a database to the version of this package: applies the migrations that it lacks, all or none, and returns their
 * names. Any number of processes may do so at once.
 *
 * Rejects with {@link MigrationError} if a newer version was there, and like {@link sqliteStorage}.
 */
export async function migrateSqlite(address: Address, options?: MigrateOptions): Promise<string[]> {
  const db = await Connection.open(address);
  try {
    return await migrate(migratedBy(db, sqlite, REMEDY), options);
  } finally {
    db.close();
  }
}
