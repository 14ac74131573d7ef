import { hasMethods } from "../core/check.js";
import type { Dialect } from "./dialect.js";
import { requireThat } from "./driver.js";
import type { Executor } from "./executor.js";
import { type MigratedDatabase, type MigrateOptions, migrate, migratedBy, migrateEmpty } from "./migration.js";
import { type SqlStorage, storageOver } from "./storage.js";

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
export async function sqlStorage(executor: Executor, dialect: Dialect): Promise<SqlStorage> {
  await migrateEmpty(migrated(executor, dialect));
  return storageOver(executor, dialect);
}

/**
 * Brings the database to the version of this package: applies the migrations that it lacks, and returns their names.
 *
 * Rejects with {@link MigrationError} if a newer version was there, and with whatever the executor does.
 */
export async function migrateSql(executor: Executor, dialect: Dialect, options?: MigrateOptions): Promise<string[]> {
  return migrate(migrated(executor, dialect), options);
}

function migrated(executor: Executor, dialect: Dialect): MigratedDatabase {
  const isRight = hasMethods(executor, "query", "change", "transaction") && hasMethods(dialect, "table", "parameter");
  requireThat(
    isRight,
    "it needs an executor with `query`, `change` and `transaction`, and the dialect `sqlite`, `postgres` or `mariadb`",
  );
  return migratedBy(executor, dialect, REMEDY);
}
