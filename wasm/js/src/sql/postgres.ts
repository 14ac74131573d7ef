import { migrateOn, storageOn } from "./driver.js";
import type { MigrateOptions } from "./migration.js";
import { postgres } from "./postgres/dialect.js";
import { open, type PostgresAddress } from "./postgres/pool.js";
import type { SqlStorage } from "./storage.js";

/** A storage in PostgreSQL, in the schema `ssokey` of a database. Any number of processes may use it at once. */
export interface PostgresStorage extends SqlStorage {
  /** Ends the connections, unless the pool was given. No method may be called after it. */
  close(): Promise<void>;
}

/**
 * Opens a PostgreSQL database through the package `pg`. If the schema `ssokey` is not there, it is created with its
 * tables.
 *
 * Every write is one atomic operation, and committed when it returns; with the server's default `synchronous_commit` it is on
 * the disk. The isolation level has to be PostgreSQL's default, read committed, and the server the primary: a replica
 * lags.
 *
 * Rejects with {@link MigrationError} if the tables are those of a different version of this package, with
 * {@link MissingDriverError} if the driver is not installed, with the driver's own error if the database cannot
 * be reached.
 */
export async function postgresStorage(address: PostgresAddress): Promise<PostgresStorage> {
  return storageOn(await open(address), postgres);
}

/**
 * Brings a PostgreSQL database to the version of this package: applies the migrations that it lacks, all or none, and
 * returns their names. {@link postgresStorage} does so where there are none; call it with a role that may create tables
 * if the server's role may not. Any number of processes may call it at once.
 *
 * Rejects with {@link MigrationError} if a newer version was there, and like {@link postgresStorage}.
 */
export async function migratePostgres(address: PostgresAddress, options?: MigrateOptions): Promise<string[]> {
  return migrateOn(() => open(address), postgres, options);
}
