import { hasMethods } from "../core/check.js";
import { requireThat } from "./driver.js";
import type { Executor, Value } from "./executor.js";
import { type MigratedDatabase, type MigrateOptions, migrate, migratedBy, requireMigrations } from "./migration.js";
import { sqlite } from "./sqlite/dialect.js";
import { type SqlStorage, storageOver } from "./storage.js";

/** The part of a D1 binding that is used; a Worker's `env.DB` fits. */
export interface D1Binding {
  prepare(sql: string): D1Statement;
  /** Runs the statements as one transaction. */
  batch(statements: D1Statement[]): Promise<D1Changes[]>;
}

/** A statement that a {@link D1Binding} prepared. */
export interface D1Statement {
  bind(...values: unknown[]): D1Statement;
  all(): Promise<D1Changes & { results: unknown[] }>;
}

/** The effect of a statement. */
export interface D1Changes {
  meta: { changes: number };
}

/** A storage in Cloudflare D1. Any number of Workers may use the same database. */
export interface D1Storage extends SqlStorage {}

/**
 * A storage in a Cloudflare D1 database, whose tables are there already: `wrangler d1 migrations apply` creates them from
 * the files that `ssokey migrate --d1 migrations` writes, or {@link migrateD1} does.
 *
 * Every write is one atomic operation. Give it the binding itself, which asks the primary, never a session of it: a replica
 * lags. Rejects with {@link MigrationError} if the tables are not those of this version of the package, with D1's own
 * error if the database cannot be reached.
 */
export async function d1Storage(database: D1Binding): Promise<D1Storage> {
  const db = executorOver(bound(database));
  await requireMigrations(migrated(db));
  return storageOver(db, sqlite);
}

/**
 * Brings a D1 database to the version of this package: applies the migrations that it lacks, all or none, and returns
 * their names. For tests, and for those who do not use `wrangler`'s migrations.
 *
 * Rejects with {@link MigrationError} if a newer version was there, and like {@link d1Storage}.
 */
export async function migrateD1(database: D1Binding, options?: MigrateOptions): Promise<string[]> {
  return migrate(migrated(executorOver(bound(database))), options);
}

/** Returns the executor over a binding. */
export function executorOver(database: D1Binding): Executor {
  const prepare = (sql: string, values: readonly Value[]) => database.prepare(sql).bind(...values);
  return {
    query: async <Row>(sql: string, values: readonly Value[]) => (await prepare(sql, values).all()).results as Row[],
    change: async (sql, values) => (await prepare(sql, values).all()).meta.changes,
    async transaction(statements) {
      const results = await database.batch(statements.map(({ sql, values }) => prepare(sql, values)));
      return results.map(({ meta }) => meta.changes);
    },
  };
}

function bound(database: D1Binding): D1Binding {
  const remedy = "check the binding's name, such as `env.DB`, in the Worker's configuration";
  requireThat(hasMethods(database, "prepare", "batch"), `the D1 storage needs the binding of a database; ${remedy}`);
  return database;
}

function migrated(db: Executor): MigratedDatabase {
  const remedy = "write them with `ssokey migrate --d1 migrations`, apply them with `wrangler d1 migrations apply`";
  return migratedBy(db, sqlite, remedy);
}
