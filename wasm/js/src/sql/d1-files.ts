import { recorded } from "./migration.js";
import { migrationsIn } from "./schema.js";
import { sqlite } from "./sqlite/dialect.js";

/**
 * Returns the migrations as the files that `wrangler d1 migrations apply` takes, in the order of their names. A Worker may
 * have files of its own beside them, so that their names say whose they are: `0001_ssokey_initial.sql`.
 */
export function migrationFiles(): { name: string; text: string }[] {
  return migrationsIn(sqlite).map((migration) => ({
    name: `${migration.name.replace("_", "_ssokey_")}.sql`,
    text: recorded(migration, sqlite)
      .map((statement) => `${statement};\n`)
      .join("\n"),
  }));
}
