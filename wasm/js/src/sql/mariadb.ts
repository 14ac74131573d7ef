import { migrateOn, storageOn } from "./driver.js";
import { mariadb } from "./mariadb/dialect.js";
import { type MariadbAddress, open } from "./mariadb/pool.js";
import type { MigrateOptions } from "./migration.js";
import type { SqlStorage } from "./storage.js";

/** A storage in MariaDB, in tables whose names begin with `ssokey_`. Any number of processes may use it at once. */
export interface MariadbStorage extends SqlStorage {
  /** Ends the connections, unless the pool was given. No method may be called after it. */
  close(): Promise<void>;
}

/**
 * Opens a MariaDB database through the package `mysql2`. If its tables are not there, they are created.
 *
 * Every write is one atomic operation, and committed when it returns; with the default `innodb_flush_log_at_trx_commit` it
 * is on the disk. The server has to be the primary: a replica lags.
 *
 * Rejects with {@link MigrationError} if the tables are those of a different version of this package, with
 * {@link MissingDriverError} if the driver is not installed, with the driver's own error if the database cannot be
 * reached.
 */
export async function mariadbStorage(address: MariadbAddress): Promise<MariadbStorage> {
  return storageOn(await open(address), mariadb);
}

/**
 * Brings a MariaDB database to the version of this package: applies the migrations that it lacks, and returns their names.
 * Any number of processes may call it at once. MariaDB does not undo a `CREATE TABLE`: a migration that broke off is
 * completed by the next call.
 *
 * Rejects with {@link MigrationError} if a newer version was there, and like {@link mariadbStorage}.
 */
export async function migrateMariadb(address: MariadbAddress, options?: MigrateOptions): Promise<string[]> {
  return migrateOn(() => open(address), mariadb, options);
}
