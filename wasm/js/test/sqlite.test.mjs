import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, statSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, dirname, join } from "node:path";
import { chdir, cwd } from "node:process";
import { test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { createClient } from "@libsql/client";
import { ReplacedFileError, sqliteStorage } from "ssokey/sqlite";
import { recorded } from "../dist/sql/migration.js";
import { migrationsIn } from "../dist/sql/schema.js";
import { sqlite } from "../dist/sql/sqlite/dialect.js";
import { Connection } from "../dist/sql/sqlite/libsql.js";
import { createCompany, keepsTheContract, newUser, partner } from "./contract.mjs";
import { filesOf, plant, tablesOf, temporaryFile, urlOf } from "./database.mjs";
import { eventsBy } from "./events.mjs";
import { keepsItsPromises } from "./executor.mjs";
import { findsTheMistakes } from "./mistakes.mjs";
import { racesFindTheWrong, racesHaveOneWinner } from "./races.mjs";

async function open(context, path = temporaryFile(context)) {
  const storage = await sqliteStorage({ url: urlOf(path) });
  context.after(() => storage.close());
  return storage;
}

keepsTheContract("sqlite", async () => {
  const directory = mkdtempSync(join(tmpdir(), "ssokey-test-"));
  const url = urlOf(join(directory, "sso.db"));
  const storage = await sqliteStorage({ url });
  const connection = await Connection.open({ url });
  const close = () => {
    connection.close();
    storage.close();
    rmSync(directory, { recursive: true });
  };
  return { storage, events: eventsBy(connection, sqlite), close };
});

keepsTheContract("sqlite in memory", async () => {
  const storage = await sqliteStorage({ url: ":memory:" });
  return { storage, close: () => storage.close() };
});

findsTheMistakes("sqlite", async () => {
  const storage = await sqliteStorage({ url: ":memory:" });
  return { storage, close: () => storage.close() };
});

racesHaveOneWinner("sqlite", async (context) => {
  const path = temporaryFile(context);
  return [await open(context, path), await open(context, path)];
});

keepsItsPromises("sqlite", async (context) => {
  const path = temporaryFile(context);
  await open(context, path);
  const executor = await Connection.open({ url: urlOf(path) });
  context.after(() => executor.close());
  return { executor, dialect: sqlite };
});

racesFindTheWrong("SQLite", async () => {
  const directory = mkdtempSync(join(tmpdir(), "ssokey-test-"));
  const url = urlOf(join(directory, "sso.db"));
  const storage = await sqliteStorage({ url });
  const connection = await Connection.open({ url });
  const close = () => {
    connection.close();
    storage.close();
    rmSync(directory, { recursive: true });
  };
  return { storage, executor: connection, dialect: sqlite, close };
});

// proves: SSO-TEN-005
test("of 64 creates in four processes that open the file at once exactly one creates", async (context) => {
  const path = temporaryFile(context);
  const storage = await open(context, path);
  const { id: companyId } = await createCompany(storage, partner);
  const outputs = await Promise.all(Array.from({ length: 4 }, () => creatingProcess(path, newUser(companyId))));
  const outcomes = outputs.flat();
  assert.equal(outcomes.length, 64);
  assert.equal(outcomes.filter((outcome) => outcome !== "exists").length, 1);
});

test("a file that does not exist is created by eight processes at once", async (context) => {
  const path = temporaryFile(context);
  const outputs = await Promise.all(Array.from({ length: 8 }, () => openingProcess(path)));
  assert.deepEqual(outputs, Array(8).fill("opened\n"));
});

test("a write that found the file busy fails, and what was queued behind it is committed", async (context) => {
  const path = temporaryFile(context);
  const storage = await sqliteStorage({ url: urlOf(path), busyTimeout: 3000 });
  context.after(() => storage.close());
  const { id: companyId } = await createCompany(storage, partner);
  // The file is free again while the second write waits, after the first gave up.
  const { ended } = await writingProcess(path, 5000);
  const create = (name) => storage.createUser(newUser(companyId, `${name}@partner.example`), null);
  const queued = sleep(2500).then(() => create("second"));
  const [first, second] = await Promise.allSettled([create("first"), queued]);
  assert.equal(first.reason?.code, "SQLITE_BUSY");
  assert.equal(second.status, "fulfilled");
  await ended;
  const { users } = await tablesOf(path);
  assert.deepEqual(
    users.map(({ email }) => email),
    ["second@partner.example"],
  );
});

test("writes that find the file busy leave the event loop free, and none waits for the time of those before it", async (context) => {
  const path = temporaryFile(context);
  const storage = await sqliteStorage({ url: urlOf(path), busyTimeout: 1000 });
  context.after(() => storage.close());
  const { id: companyId } = await createCompany(storage, partner);
  const { ended } = await writingProcess(path, 5000);
  let turns = 0;
  const timer = setInterval(() => {
    turns += 1;
  }, 20);
  context.after(() => clearInterval(timer));
  const writes = Array.from({ length: 8 }, (_, at) => storage.createUser(newUser(companyId, `${at}@partner.example`), null));
  const outcomes = await Promise.allSettled(writes);
  assert.deepEqual(
    outcomes.map(({ reason }) => reason?.code),
    Array(8).fill("SQLITE_BUSY"),
  );
  assert.ok(turns > 5, `${turns} turns`);
  await ended;
  assert.equal((await tablesOf(path)).users.length, 0);
});

test("a relative path stays the same file when the process changes its directory", async (context) => {
  const path = temporaryFile(context);
  const before = cwd();
  context.after(() => chdir(before));
  chdir(dirname(path));
  const storage = await sqliteStorage({ url: `file:${basename(path)}` });
  context.after(() => storage.close());
  chdir(before);
  await createCompany(storage, partner);
  assert.ok(statSync(path).size > 0);
  assert.equal((await tablesOf(path)).companies.length, 1);
});

test("what was stored is there after closing and opening again", async (context) => {
  const path = temporaryFile(context);
  const first = await sqliteStorage({ url: urlOf(path) });
  const { id: companyId } = await createCompany(first, partner);
  const user = await first.createUser(newUser(companyId), null);
  first.close();
  const second = await open(context, path);
  assert.deepEqual(await second.findUser(companyId, user.email), user);
});

test("an id is not given again after its user is gone", async (context) => {
  const path = temporaryFile(context);
  const storage = await open(context, path);
  const { id: companyId } = await createCompany(storage, partner);
  const { id } = await storage.createUser(newUser(companyId), null);
  const client = createClient({ url: urlOf(path) });
  await client.execute("DELETE FROM users");
  client.close();
  assert.ok((await storage.createUser(newUser(companyId), null)).id > id);
});

const REPLACED = { name: "ReplacedFileError", code: "SSOKEY_FILE_REPLACED" };

for (const { title, replace } of [
  { title: "deleted", replace: (path) => rmSync(path) },
  { title: "deleted with its directory", replace: (path) => rmSync(dirname(path), { recursive: true }) },
  { title: "moved away", replace: (path) => renameSync(path, `${path}.old`) },
  { title: "replaced by a copy", replace: (path) => cpSync(path, `${path}.new`) ?? renameSync(`${path}.new`, path) },
  { title: "left without its log", replace: (path) => ["-wal", "-shm"].map((suffix) => rmSync(path + suffix)) },
])
  test(`a file that was ${title} while it was open is neither read nor written any more, nor made anew`, async (context) => {
    const path = join(dirname(temporaryFile(context)), "own", "sso.db");
    mkdirSync(dirname(path));
    const storage = await open(context, path);
    const { id: companyId } = await createCompany(storage, partner);
    replace(path);
    const stands = existsSync(path) && filesOf(path);
    await assert.rejects(storage.findCompany(partner.domain), REPLACED);
    await assert.rejects(storage.createUser(newUser(companyId), null), REPLACED);
    await assert.rejects(storage.probe(), ReplacedFileError);
    assert.deepEqual(existsSync(path) && filesOf(path), stands);
  });

test("a file that was moved away and back stays shut, for others may have opened what stood there", async (context) => {
  const path = temporaryFile(context);
  const storage = await open(context, path);
  renameSync(path, `${path}.old`);
  await assert.rejects(storage.probe(), REPLACED);
  renameSync(`${path}.old`, path);
  await assert.rejects(storage.probe(), REPLACED);
});

test("a link to a file is followed, and one that was changed is noticed", async (context) => {
  const path = temporaryFile(context);
  const link = `${path}.link`;
  symlinkSync(path, link);
  const storage = await open(context, link);
  await storage.probe();
  (await sqliteStorage({ url: urlOf(`${path}.other`) })).close();
  rmSync(link);
  symlinkSync(`${path}.other`, link);
  await assert.rejects(storage.probe(), REPLACED);
});

test("others that open and close a file, and change it, leave it the same", async (context) => {
  const path = temporaryFile(context);
  (await sqliteStorage({ url: urlOf(path) })).close();
  const [other, connection] = [await sqliteStorage({ url: urlOf(path) }), await Connection.open({ url: urlOf(path) })];
  context.after(() => connection.close());
  await connection.query("SELECT 1 AS one", []);
  other.close();
  await connection.query("SELECT * FROM users", []);
  await plant(path, "VACUUM", "PRAGMA wal_checkpoint(TRUNCATE)");
  await connection.query("SELECT * FROM users", []);
});

const creatingProcess = async (path, user) =>
  JSON.parse(
    await run(`
      const storage = await sqliteStorage({ url: ${JSON.stringify(urlOf(path))} });
      const creates = Array.from({ length: 16 }, () => storage.createUser(${JSON.stringify(user)}, null));
      console.log(JSON.stringify(await Promise.all(creates)));
      storage.close();`),
  );

const openingProcess = (path) =>
  run(`
    const storage = await sqliteStorage({ url: ${JSON.stringify(urlOf(path))} });
    console.log("opened");
    storage.close();`);

/** A process that has locked the file for writing and holds it for so long. */
async function writingProcess(path, milliseconds) {
  const { child, ended } = start(`
    import { createClient } from "@libsql/client";
    const client = createClient({ url: ${JSON.stringify(urlOf(path))} });
    const transaction = await client.transaction("write");
    console.log("locked");
    await new Promise((resolve) => setTimeout(resolve, ${milliseconds}));
    await transaction.rollback();
    client.close();`);
  await once(child.stdout, "data");
  return { ended };
}

const run = (body) => start(`import { ReplacedFileError, sqliteStorage } from "ssokey/sqlite";${body}`).ended;

/** Runs a script beside this file; `ended` is what it printed. */
function start(script) {
  const options = { cwd: new URL(".", import.meta.url), stdio: ["ignore", "pipe", "inherit"] };
  const child = spawn(process.execPath, ["--input-type=module", "--eval", script], options);
  let output = "";
  child.stdout.setEncoding("utf8").on("data", (text) => (output += text));
  const ended = once(child, "close").then(([code]) => {
    assert.equal(code, 0);
    return output;
  });
  return { child, ended };
}

test("the example server in Rust creates these tables", () => {
  const statements = migrationsIn(sqlite).flatMap((migration) => recorded(migration, sqlite));
  const schema = readFileSync(new URL("../../../core/host/examples/server/schema.sql", import.meta.url), "utf8");
  assert.equal(schema, statements.map((sql) => `${sql};\n`).join(""));
});

test("a storage that was closed says so", async () => {
  const directory = mkdtempSync(join(tmpdir(), "ssokey-closed-"));
  for (const url of [`file:${join(directory, "sso.db")}`, ":memory:"]) {
    const storage = await sqliteStorage({ url });
    storage.close();
    for (let time = 0; time < 2; time += 1) await assert.rejects(storage.findKey("0"), { message: "the storage is closed" });
    await assert.rejects(storage.purge(0), { message: "the storage is closed" });
  }
  rmSync(directory, { recursive: true });
});
