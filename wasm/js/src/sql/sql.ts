import type { OperatorStorage, Storage } from "../storage/contract.js";
import type { Dialect } from "./dialect.js";
import type { Executor } from "./executor.js";
import { type MigrateOptions, migrate, migratedBy, migrateEmpty } from "./migration.js";
import { storageOver } from "./storage.js";

const REMEDY = "apply them with `migrateSql` of `ssokey/sql`";

/**
 * Returns the storage over a database that speaks the dialect, by a driver of yours. In an empty one the tables are
 * created.
 *
 * ```js
 * const storage = await sqlStorage(executor, sqlite);
 * ```
 *
 * Rejects with {@link MigrationError} if the tables are those of a different version of this package, and with whatever
 * the executor does.
 */
export async function sqlStorage(executor: Executor, dialect: Dialect): Promise<Storage & OperatorStorage> {
  await migrateEmpty(migratedBy(executor, dialect, REMEDY));
  return storageOver(executor, dialect);
}

/**
 * Brings the database to the version of this package: applies the migrations that it lacks, and returns their names.
 *
 * Rejects with {@link MigrationError} if a newer version was there, and with whatever the executor does.
 */
export async function migrateSql(executor: Executor, dialect: Dialect, options?: MigrateOptions): Promise<string[]> {
  return migrate(migratedBy(executor, dialect, REMEDY), options);
}
