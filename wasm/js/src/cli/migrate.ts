import { readFileSync } from "node:fs";
import { join } from "node:path";
import { type Command, Option } from "commander";
import { errorCode } from "../core/error.js";
import { migrationFiles } from "../sql/d1-files.js";
import { migrateDatabase, requireDatabase } from "./database.js";
import { Failure } from "./failure.js";
import { databaseSetting } from "./settings.js";
import { type Made, writing } from "./writing.js";

interface MigrateCommandOptions {
  db?: string;
  d1?: string;
  dryRun?: boolean;
  json?: true;
}

/** `ssokey migrate` */
export function migrateCommand(program: Command): void {
  program
    .command("migrate")
    .description(
      "Brings a database to this version: applies the migrations that it lacks, all or none. Without any missing it " +
        "changes nothing. No other command alters a database that is in use.",
    )
    .addOption(
      databaseSetting(
        "a SQLite file, postgres://…, mariadb://… or libsql://…; a file is created if it does not exist",
      ).makeOptionMandatory(false),
    )
    .option("--dry-run", "apply nothing, and print what would be applied")
    .addOption(new Option("--d1 <directory>", "write the migrations for Cloudflare D1 as files instead").conflicts("dryRun"))
    .option("--json", "print the migrations, or the files, as one line of JSON")
    .addHelpText(
      "after",
      `
Examples:
  $ ssokey migrate --db sso.db
  $ ssokey migrate --db postgres://sso@db.example/sso --dry-run
  $ ssokey migrate --d1 migrations && wrangler d1 migrations apply sso`,
    )
    .action(run);
}

async function run({ db, d1, dryRun = false, json }: MigrateCommandOptions, command: Command): Promise<void> {
  // The environment or a file may name a database besides, for other commands.
  if (d1 !== undefined && command.getOptionValueSource("db") === "cli") {
    throw new Failure("`--db` cannot be used with `--d1`; give one of them", 2);
  }
  const print = (member: string, names: readonly string[], nothing: string) => {
    const lines = names.length === 0 ? [nothing] : names.map((name) => `${member} ${name}`);
    process.stdout.write(`${json ? JSON.stringify({ [member]: names }) : lines.join("\n")}\n`);
  };
  if (d1 !== undefined) print("written", write(d1), "nothing to write: the directory has all migrations");
  else if (db === undefined) throw new Failure("name the database with `--db`, or a directory for D1 with `--d1`", 2);
  else {
    if (dryRun) requireDatabase(db);
    const names = await migrateDatabase(db, { dryRun });
    print(dryRun ? "missing" : "applied", names, "nothing to apply: the database is at this version");
  }
}

/** Writes those files that are not there, and returns their paths. If one of them cannot be written, none is. */
function write(directory: string): string[] {
  return writing(directory, (made) => {
    made.directory(directory);
    const files = migrationFiles().map(({ name, text }) => ({ path: join(directory, name), text }));
    return files.filter(({ path, text }) => isWritten(made, path, text)).map(({ path }) => path);
  });
}

/** Writes a file unless it is there; returns whether it did. */
function isWritten(made: Made, path: string, text: string): boolean {
  try {
    made.file(path, text);
    return true;
  } catch (error) {
    if (errorCode(error) !== "EEXIST") throw error;
    if (readFileSync(path, "utf8") !== text) throw new Failure(`\`${path}\` holds something else; choose another directory`);
    return false;
  }
}
