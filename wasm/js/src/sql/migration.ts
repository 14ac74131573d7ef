import { requireOptions, requireType } from "../core/check.js";
import { errorCode } from "../core/error.js";
import type { Dialect } from "./dialect.js";
import type { Executor } from "./executor.js";
import { migrationsIn } from "./schema.js";

/** A step of a schema. */
export interface Migration {
  /** A number, by which they are ordered, and what it brings, for example `0002_indexes`. */
  name: string;
  /** Its statements in their order, without semicolons at their ends. */
  statements: readonly string[];
}

/** A database that keeps, in a table of its own, the names of the migrations that were applied to it. */
export interface MigratedDatabase {
  readonly db: Executor;
  readonly dialect: Dialect;
  /** The remedy for missing migrations, told to whoever runs the database. */
  readonly remedy: string;
  /** The migrations of this version of the package. */
  readonly migrations: readonly Migration[];
}

/** The options of a migration. */
export interface MigrateOptions {
  /** Change nothing, and tell what would be applied. Default `false`. */
  dryRun?: boolean | undefined;
}

/** A database is not at the version of this package, which therefore leaves it alone. The message says what to do. */
export class MigrationError extends Error {
  override readonly name = "MigrationError";
  /**
   * `missing`: the database lacks some. `unknown`: it has some of a newer version of this package. `foreign`: it has none, and tables of
   * something else.
   */
  readonly reason: "missing" | "unknown" | "foreign";
  /** The names of those migrations. */
  readonly migrations: readonly string[];

  constructor(reason: MigrationError["reason"], migrations: readonly string[], remedy: string, options?: ErrorOptions) {
    const problem = {
      missing: "the database lacks migrations",
      unknown: "a newer version of ssokey was here: the database has migrations that this one does not know",
      foreign: "the database has tables of something else, and lacks all migrations",
    };
    super(`${problem[reason]} (${migrations.join(", ")}); ${remedy}`, options);
    this.reason = reason;
    this.migrations = migrations;
  }
}

/** Throws a `SettingsError` if these are no such options: one that is misspelt would migrate. */
export function requireMigrateOptions(options: MigrateOptions): void {
  requireOptions(options, ["dryRun"], "such as `{ dryRun: true }`");
  requireType("dryRun", "boolean", options.dryRun);
}

/** Returns the database as one that this version's migrations are applied to. */
export function migratedBy(db: Executor, dialect: Dialect, remedy: string): MigratedDatabase {
  return { db, dialect, remedy, migrations: migrationsIn(dialect) };
}

/**
 * Applies the migrations that the database lacks, and returns their names: all or none, unless the database undoes no
 * `CREATE TABLE`. Any number of processes may do so at once: each migration is applied by one of them.
 *
 * Rejects with {@link MigrationError} if the database has migrations that are not among these.
 */
export async function migrate(database: MigratedDatabase, options: MigrateOptions = {}): Promise<string[]> {
  requireMigrateOptions(options);
  const { dryRun = false } = options;
  const missing = await missingOf(database);
  if (missing.length > 0 && !dryRun) {
    try {
      await apply(database, missing);
    } catch (error) {
      // A different process may have been faster; what it has created stood in the way.
      if ((await missingOf(database)).length === missing.length) throw deniedBy(error, database, missing);
      return migrate(database);
    }
  }
  return missing.map(({ name }) => name);
}

/**
 * Applies all migrations to a database that has none.
 *
 * Rejects with {@link MigrationError} if it has others, or some and not all, or tables of something else: a database in use changes
 * when its operator says so, not because a server was started.
 */
export async function migrateEmpty(database: MigratedDatabase): Promise<void> {
  const missing = await missingOf(database);
  if (missing.length !== database.migrations.length) return refuseMissing(database, missing);
  await requireNoOthers(database);
  await migrate(database);
}

/** Rejects with {@link MigrationError} if the database has tables of something else alone. It changes nothing. */
export async function requireNoOthers(database: MigratedDatabase): Promise<void> {
  const { db, dialect, migrations, remedy } = database;
  const { others } = dialect.migrations;
  if (others === undefined || (await db.query(others, [])).length === 0) return;
  throw new MigrationError("foreign", namesOf(migrations), `check that it is the right one; to keep both in it, ${remedy}`);
}

/** Rejects with {@link MigrationError} unless the database has these migrations and no others. */
export async function requireMigrations(database: MigratedDatabase): Promise<void> {
  refuseMissing(database, await missingOf(database));
}

/** Returns the names of the migrations that the database has; none while it has no table of them. */
export async function appliedTo({ db, dialect: { migrations } }: MigratedDatabase): Promise<string[]> {
  if ((await db.query(migrations.find, [])).length === 0) return [];
  const rows = await db.query<{ name: string }>(`SELECT name FROM ${migrations.table} ORDER BY name`, []);
  return rows.map(({ name }) => name);
}

/** Returns the statements of a migration, of which the last notes its name. */
export function recorded({ name, statements }: Migration, { migrations }: Dialect): string[] {
  return [...statements, `INSERT INTO ${migrations.table} (name) VALUES ('${name}')`];
}

async function apply({ db, dialect }: MigratedDatabase, missing: readonly Migration[]): Promise<void> {
  const statements = [...dialect.migrations.lock, ...missing.flatMap((migration) => recorded(migration, dialect))];
  if (db.migrate !== undefined) await db.migrate(statements);
  else await db.transaction(statements.map((sql) => ({ sql, values: [] })));
}

async function missingOf(database: MigratedDatabase): Promise<Migration[]> {
  const applied = await appliedTo(database);
  const unknown = applied.filter((name) => !database.migrations.some((migration) => migration.name === name));
  if (unknown.length > 0) throw new MigrationError("unknown", unknown, "use that version or a later one");
  return database.migrations.filter(({ name }) => !applied.includes(name));
}

function refuseMissing({ remedy }: MigratedDatabase, missing: readonly Migration[]): void {
  if (missing.length > 0) throw new MigrationError("missing", namesOf(missing), remedy);
}

/** The codes of PostgreSQL and MariaDB for what a user may not do. */
const DENIED = ["42501", "ER_TABLEACCESS_DENIED_ERROR"];

/** Returns the error of a migration, which says what to do if the user may not create tables, or may not see them. */
function deniedBy(error: unknown, { remedy }: MigratedDatabase, missing: readonly Migration[]): unknown {
  if (!DENIED.includes(String(errorCode(error)))) return error;
  const grants = "grant this one SELECT, INSERT, UPDATE and DELETE on the tables";
  const told = `this user may not create tables: ${remedy} as one who may, and ${grants}`;
  return new MigrationError("missing", namesOf(missing), told, { cause: error });
}

function namesOf(migrations: readonly Migration[]): string[] {
  return migrations.map(({ name }) => name);
}
