/** A step of a schema. Once it is released it never changes: whatever comes next is another one. */
export interface Migration {
  /** A number, by which they are ordered, and what it brings, for example `0002_indexes`. */
  name: string;
  /** One or more statements. Each ends in a semicolon at the end of its line. */
  sql: string;
}

/** A database that keeps, in a table of its own, the names of the migrations that were applied to it. */
export interface MigratedDatabase {
  /** The table of the names, which the first migration creates. */
  readonly table: string;
  /** What whoever runs the database does about migrations that are missing. */
  readonly remedy: string;
  /** The names in that table; none while there is no table. */
  applied(): Promise<string[]>;
  /** Runs all statements of the script or none. */
  transaction(sql: string): Promise<void>;
}

/** How to migrate. */
export interface MigrateOptions {
  /** Change nothing, and tell what would be applied. Default `false`. */
  dryRun?: boolean;
}

/** A database is not at the version of this package, which therefore leaves it alone. The message says what to do. */
export class MigrationError extends Error {
  override readonly name = "MigrationError";
  /** `missing`: the database lacks some. `unknown`: it has some of a newer version of this package. */
  readonly reason: "missing" | "unknown";
  /** The names of those migrations. */
  readonly migrations: readonly string[];

  constructor(reason: "missing" | "unknown", migrations: readonly string[], remedy: string) {
    const problem = {
      missing: "the database lacks migrations",
      unknown: "a newer version of ssokey was here: the database has migrations that this one does not know",
    };
    super(`${problem[reason]} (${migrations.join(", ")}); ${remedy}`);
    this.reason = reason;
    this.migrations = migrations;
  }
}

/**
 * Applies the migrations that the database lacks, all or none, and returns their names. Any number of processes may do
 * so at once: each migration is applied by one of them.
 *
 * Rejects with {@link MigrationError} if the database has migrations that are not among these.
 */
export async function migrate(
  database: MigratedDatabase,
  migrations: readonly Migration[],
  { dryRun = false }: MigrateOptions = {},
): Promise<string[]> {
  const missing = await missingOf(database, migrations);
  if (missing.length > 0 && !dryRun) {
    try {
      await database.transaction(missing.map((migration) => recorded(migration, database.table)).join("\n"));
    } catch (error) {
      // Another process may have been faster; what it has created stood in the way.
      if ((await missingOf(database, migrations)).length === missing.length) throw error;
      return migrate(database, migrations);
    }
  }
  return missing.map(({ name }) => name);
}

/**
 * Sees to it that a database is at the version of these migrations: one without any gets them all.
 *
 * Rejects with {@link MigrationError} if it has others, or some and not all: a schema in use changes when its operator
 * says so, not because a server was started.
 */
export async function settle(database: MigratedDatabase, migrations: readonly Migration[]): Promise<void> {
  const missing = await missingOf(database, migrations);
  if (missing.length === migrations.length) await migrate(database, migrations);
  else refuseMissing(database, missing);
}

/** Rejects with {@link MigrationError} unless the database has these migrations and no others. */
export async function requireMigrations(database: MigratedDatabase, migrations: readonly Migration[]): Promise<void> {
  refuseMissing(database, await missingOf(database, migrations));
}

/** The script of a migration, which notes its name in the end. */
export function recorded({ name, sql }: Migration, table: string): string {
  return `${sql}\nINSERT INTO ${table} (name) VALUES ('${name}');\n`;
}

async function missingOf(database: MigratedDatabase, migrations: readonly Migration[]): Promise<Migration[]> {
  const applied = await database.applied();
  const unknown = applied.filter((name) => !migrations.some((migration) => migration.name === name));
  if (unknown.length > 0) throw new MigrationError("unknown", unknown, "use that version or a later one");
  return migrations.filter(({ name }) => !applied.includes(name));
}

function refuseMissing({ remedy }: MigratedDatabase, missing: readonly Migration[]): void {
  if (missing.length === 0) return;
  throw new MigrationError("missing", missing.map(({ name }) => name), remedy);
}
