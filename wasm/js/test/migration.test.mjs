import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { createClient } from "@libsql/client";
import { migrateMariadb } from "ssokey/mariadb";
import { migratePostgres } from "ssokey/postgres";
import { migrateSql } from "ssokey/sql";
import { migrateSqlite, sqliteStorage } from "ssokey/sqlite";
import { appliedTo, migrate, migratedBy } from "../dist/sql/migration.js";
import { migrationsIn } from "../dist/sql/schema.js";
import { sqlite } from "../dist/sql/sqlite/dialect.js";
import { Connection } from "../dist/sql/sqlite/libsql.js";
import { createCompany, partner } from "./contract.mjs";
import { temporaryFile, urlOf } from "./database.mjs";
import { migratesByName } from "./migrated.mjs";

const CLI = fileURLToPath(new URL("../dist/entries/cli.js", import.meta.url));
const NAMES = migrationsIn(sqlite).map(({ name }) => name);

const run = (...args) =>
  new Promise((resolve) => {
    const done = (error, stdout, stderr) => resolve({ code: error?.code ?? 0, stdout, stderr });
    // A server that should have been refused would run for ever.
    execFile(process.execPath, [CLI, ...args], { timeout: 30_000 }, done);
  });

/** A file as one that migrations are applied to. */
async function connect(context, path) {
  const connection = await Connection.open({ url: urlOf(path) });
  context.after(() => connection.close());
  return migratedBy(connection, sqlite, "");
}

migratesByName("sqlite", async (context) => {
  const url = urlOf(temporaryFile(context));
  const connection = await Connection.open({ url });
  context.after(() => connection.close());
  const storage = async () => {
    const opened = await sqliteStorage({ url });
    context.after(() => opened.close());
    return opened;
  };
  const migrated = (options) => migrateSqlite({ url }, options);
  return { database: migratedBy(connection, sqlite, ""), migrated, storage };
});

for (const table of ["users", "invoices"])
  test(`a file with a table \`${table}\` of something else is left as it is, also by a command`, async (context) => {
    const path = temporaryFile(context);
    const client = createClient({ url: urlOf(path) });
    context.after(() => client.close());
    await client.execute(`CREATE TABLE ${table} (id)`);
    const before = readFileSync(path);
    await assert.rejects(sqliteStorage({ url: urlOf(path) }), {
      name: "MigrationError",
      reason: "foreign",
      message: /^the database has tables of something else, .*; check that it is the right one; to keep both in it, apply them/,
    });
    const { code, stderr } = await run("company", "list", "--db", path);
    assert.equal(code, 1, stderr);
    assert.match(stderr, /the database has tables of something else/);
    assert.deepEqual(readFileSync(path), before);
  });

test("tables of what replicates a file do not make it somebody else's", async (context) => {
  const path = temporaryFile(context);
  const client = createClient({ url: urlOf(path) });
  context.after(() => client.close());
  await client.execute("CREATE TABLE _litestream_seq (id)");
  const storage = await sqliteStorage({ url: urlOf(path) });
  storage.close();
});

test("`ssokey migrate` prints what it applied, and then that there is nothing to apply", async (context) => {
  const path = temporaryFile(context);
  const lines = NAMES.map((name) => `applied ${name}\n`).join("");
  assert.deepEqual(await run("migrate", "--db", path), { code: 0, stdout: lines, stderr: "" });
  const nothing = "nothing to apply: the database is at this version\n";
  assert.deepEqual(await run("migrate", "--db", path), { code: 0, stdout: nothing, stderr: "" });
  assert.deepEqual(JSON.parse((await run("migrate", "--db", path, "--json")).stdout), { applied: [] });
});

test("`ssokey migrate --dry-run` prints what is missing and applies nothing", async (context) => {
  const path = temporaryFile(context);
  const database = await connect(context, path);
  await migrate({ ...database, migrations: database.migrations.slice(0, 1) });
  const { stdout } = await run("migrate", "--db", path, "--dry-run", "--json");
  assert.deepEqual(JSON.parse(stdout), { missing: NAMES.slice(1) });
  assert.deepEqual(await appliedTo(database), NAMES.slice(0, 1));
  const elsewhere = await run("migrate", "--db", `${path}.none`, "--dry-run");
  assert.deepEqual([elsewhere.code, existsSync(`${path}.none`)], [1, false]);
});

test("every other command says to run `ssokey migrate` where a migration is missing", async (context) => {
  const path = temporaryFile(context);
  const database = await connect(context, path);
  await migrate({ ...database, migrations: database.migrations.slice(0, 1) });
  for (const command of [["serve", "--port", "0"], ["purge"], ["key", "list", "--email", "it@partner.example"]]) {
    const { code, stdout, stderr } = await run(...command, "--db", path);
    assert.deepEqual([code, stdout], [1, ""]);
    const missing = NAMES.slice(1).join(", ");
    assert.equal(stderr, `error: the database lacks migrations (${missing}); apply them with \`ssokey migrate --db …\`\n`);
  }
});

test("of four `ssokey migrate` at once each succeeds, and each migration is applied by one", async (context) => {
  const path = temporaryFile(context);
  const outcomes = await Promise.all(Array.from({ length: 4 }, () => run("migrate", "--db", path, "--json")));
  for (const { code, stderr } of outcomes) assert.deepEqual([code, stderr], [0, ""]);
  assert.deepEqual(
    outcomes.flatMap(({ stdout }) => JSON.parse(stdout).applied),
    NAMES,
  );
});

test("`ssokey migrate --d1` writes files that create the tables, in the order of their names", async (context) => {
  const path = temporaryFile(context);
  const directory = join(dirname(path), "migrations");
  const { stdout } = await run("migrate", "--d1", directory, "--json");
  const files = readdirSync(directory).sort();
  assert.deepEqual(
    files,
    NAMES.map((name) => `${name.replace("_", "_ssokey_")}.sql`),
  );
  assert.deepEqual(JSON.parse(stdout), { written: files.map((file) => join(directory, file)) });
  const client = createClient({ url: urlOf(path) });
  for (const file of files) await client.executeMultiple(readFileSync(join(directory, file), "utf8"));
  client.close();
  assert.deepEqual(await migrateSqlite({ url: urlOf(path) }), []);
  const storage = await sqliteStorage({ url: urlOf(path) });
  context.after(() => storage.close());
  assert.equal((await createCompany(storage, partner)).name, partner.name);
});

test("`ssokey migrate --d1` writes what is missing beside what is there, and overwrites nothing", async (context) => {
  const directory = join(dirname(temporaryFile(context)), "migrations");
  mkdirSync(directory);
  writeFileSync(join(directory, "0001_ours.sql"), "SELECT 1;\n");
  await run("migrate", "--d1", directory);
  const again = await run("migrate", "--d1", directory);
  assert.deepEqual(again, { code: 0, stdout: "nothing to write: the directory has all migrations\n", stderr: "" });
  writeFileSync(join(directory, "0002_ssokey_indexes.sql"), "mine");
  const refused = await run("migrate", "--d1", directory);
  assert.deepEqual([refused.code, refused.stdout], [1, ""]);
  assert.match(refused.stderr, /0002_ssokey_indexes\.sql` holds something else; choose another directory/);
  assert.equal(readFileSync(join(directory, "0002_ssokey_indexes.sql"), "utf8"), "mine");
});

const MISUSED = [
  { title: "without a database", args: [], says: /name the database with `--db`, or a directory for D1 with `--d1`/, code: 2 },
  { title: "with both", args: ["--db", "x.db", "--d1", "y"], says: /cannot be used with/, code: 2 },
  {
    title: "with a file for a directory",
    args: ["--d1", CLI],
    says: /cannot write to the directory .*: it is a file, or .*; name a directory/,
    code: 1,
  },
];

for (const { title, args, says, code } of MISUSED) {
  test(`\`ssokey migrate\` ${title} is told what to give`, async () => {
    const outcome = await run("migrate", ...args);
    assert.match(outcome.stderr, says);
    assert.deepEqual([outcome.code, outcome.stdout], [code, ""]);
  });
}

for (const wrong of [{ dryrun: true }, { dryRun: "true" }, true, "x", 5, [], null, Promise.resolve({ dryRun: true })])
  test(`no database is opened to migrate it with options that are ${JSON.stringify(wrong)}`, async (context) => {
    const path = temporaryFile(context);
    const error = { name: "SettingsError", message: /the options must|no option `dryrun`|`dryRun` must be a boolean/ };
    await assert.rejects(migrateSqlite({ url: urlOf(path) }, wrong), error);
    assert.ok(!existsSync(path));
    await assert.rejects(migratePostgres({ url: "postgres://127.0.0.1:1/x" }, wrong), error);
    await assert.rejects(migrateMariadb({ url: "mariadb://127.0.0.1:1/x" }, wrong), error);
    await assert.rejects(migrateSql({ query() {}, change() {}, transaction() {} }, sqlite, wrong), error);
  });

test("an address with an option that is unknown is refused", async () => {
  for (const [migrate, scheme] of [
    [migratePostgres, "postgres"],
    [migrateMariadb, "mariadb"],
  ]) {
    const address = { url: `${scheme}://127.0.0.1:1/x`, connectTimeOut: 1 };
    await assert.rejects(migrate(address), { name: "SettingsError", message: /no option `connectTimeOut`/ });
  }
});
