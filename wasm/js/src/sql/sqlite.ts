import { migrateOn, type Opened, REMEDY, storageOn } from "./driver.js";
import { type MigrateOptions, migratedBy, requireNoOthers } from "./migration.js";
import { sqlite } from "./sqlite/dialect.js";
import { type Address, Connection } from "./sqlite/libsql.js";
import type { ReplacedFileError } from "./sqlite/replaced.js";
import type { SqlStorage } from "./storage.js";

/** A storage in SQLite. Several processes may open the same file. */
export interface SqliteStorage extends SqlStorage {
  /** Gives the file or the connection back. No method may be called after it. */
  close(): void;
}

/**
 * Opens a SQLite file, or a database on a libSQL server, through the package `@libsql/client`. In an empty one the tables
 * are created.
 *
 * Every write is one atomic operation, and on the disk when it returns. Rejects with {@link MigrationError} if the tables are
 * those of a different version of this package, or of something else, with {@link MissingDriverError} if the driver is not installed,
 * with the driver's own error if the database cannot be opened. Each method rejects with {@link ReplacedFileError} once the file was
 * deleted or replaced.
 */
export async function sqliteStorage(address: Address = { url: "file:ssokey.db" }): Promise<SqliteStorage> {
  const opened = await open(address);
  try {
    await requireNoOthers(migratedBy(opened.db, sqlite, REMEDY));
    if (opened.db.isFile) await opened.db.query("PRAGMA journal_mode = WAL", []);
  } catch (error) {
    opened.close();
    throw error;
  }
  return storageOn(opened, sqlite);
}

/**
 * Brings a database to the version of this package: applies the migrations that it lacks, all or none, and returns their
 * names. Any number of processes may do so at once.
 *
 * Rejects with {@link MigrationError} if a newer version was there, and like {@link sqliteStorage}.
 */
export async function migrateSqlite(address: Address, options?: MigrateOptions): Promise<string[]> {
  return migrateOn(() => open(address), sqlite, options);
}

async function open(address: Address): Promise<Opened<void> & { db: Connection }> {
  const db = await Connection.open(address);
  return { db, close: () => db.close() };
}
