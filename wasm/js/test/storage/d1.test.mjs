// Cloudflare D1 in workerd. The storage kit runs inside the Worker, over the bindings that it has there.

import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { fileURLToPath } from "node:url";
import { d1Storage, migrateD1 } from "ssokey/d1";
import { storageTests } from "ssokey/testing";
import { executorOver } from "../../dist/sql/d1.js";
import { migrationFiles } from "../../dist/sql/d1-files.js";
import { migratedBy } from "../../dist/sql/migration.js";
import { sqlite } from "../../dist/sql/sqlite/dialect.js";
import { bundleWorker, workerIn } from "../../runtimes/workerd.mjs";
import { createCompany, partner } from "../contract.mjs";
import { keepsItsPromises } from "../executor.mjs";
import { executorTests } from "../executor-tests.mjs";
import { migratesByName } from "../migrated.mjs";
import { keyOf, signOn } from "../partner.mjs";
import { racesFindTheWrong, racesHaveOneWinner } from "../races.mjs";

const KIT = storageTests(() => {}).map(({ requirement, name }) => `${requirement}: ${name}`);
/** More databases than the tests need that are not counted here. */
const OTHERS = 30;
const HERE = fileURLToPath(new URL(".", import.meta.url));
const README = readFileSync(new URL("../../README.md", import.meta.url), "utf8");

const outdir = mkdtempSync(join(tmpdir(), "ssokey-d1-"));
const workers = [];
after(async () => {
  for (const worker of workers) await worker.dispose();
  rmSync(outdir, { recursive: true });
});

async function start(directory, file, d1Databases) {
  const bundle = await bundleWorker(directory, file, join(outdir, file));
  const worker = workerIn(bundle.directory, { d1Databases });
  workers.push(worker);
  return worker;
}

// One database for each test, all of them empty.
const unused = Array.from({ length: KIT.length + executorTests.length + OTHERS }, (_, index) => `DB${index}`);
const worker = await start(HERE, "d1-worker.mjs", unused);
const emptyDatabase = () => unused.shift() ?? assert.fail("there are more tests than databases");

async function ask(question) {
  const response = await worker.dispatchFetch("http://worker.example/", { method: "POST", body: JSON.stringify(question) });
  assert.ok(response.ok, await response.clone().text());
  return response.json();
}

for (const name of KIT) {
  test(`d1: ${name}`, async () => assert.deepEqual(await ask({ database: emptyDatabase(), test: name }), {}));
}

/** The storage in the Worker, each of whose calls is a request of its own. */
function storageOf(database) {
  const call =
    (method) =>
    async (...args) =>
      (await ask({ database, method, args })).outcome;
  return new Proxy({}, { get: (_, method) => (method === "then" ? undefined : call(method)) });
}

racesHaveOneWinner("d1", async () => {
  const database = emptyDatabase();
  await migrateD1(await worker.getD1Database(database));
  return [storageOf(database)];
});

/** An empty database by a binding that this process has of it, and what runs a statement over that. */
async function open() {
  const binding = await worker.getD1Database(emptyDatabase());
  const run = async (sql, values = []) =>
    (
      await binding
        .prepare(sql)
        .bind(...values)
        .all()
    ).results;
  return { binding, run };
}

keepsItsPromises("d1", async () => {
  const { binding } = await open();
  await migrateD1(binding);
  return { executor: executorOver(binding), dialect: sqlite };
});

racesFindTheWrong("D1", async () => {
  const { binding } = await open();
  await migrateD1(binding);
  return { storage: await d1Storage(binding), executor: executorOver(binding), dialect: sqlite, close: () => {} };
});

migratesByName("d1", async () => {
  const { binding } = await open();
  return {
    database: migratedBy(executorOver(binding), sqlite, ""),
    migrated: (options) => migrateD1(binding, options),
    storage: () => d1Storage(binding),
  };
});

test("an empty D1 database is refused, and nothing is created in it", async () => {
  const { binding, run } = await open();
  const message = /0001_initial.*`ssokey migrate --d1 migrations`, apply them with `wrangler d1 migrations apply`$/;
  await assert.rejects(d1Storage(binding), { name: "MigrationError", reason: "missing", message });
  assert.deepEqual(await run("SELECT name FROM sqlite_schema WHERE name NOT LIKE '\\_cf\\_%' ESCAPE '\\'"), []);
});

test("the files for `wrangler` bring an empty D1 database to this version", async () => {
  const { binding } = await open();
  for (const { text } of migrationFiles()) await binding.prepare(text).run();
  assert.equal((await createCompany(await d1Storage(binding), partner)).name, partner.name);
  assert.deepEqual(await migrateD1(binding), []);
});

test("the README's Worker over D1 signs a user on: created, known, and with another password", async () => {
  const [, section] = README.split("\n## Cloudflare D1\n");
  writeFileSync(join(HERE, "d1-example.mjs"), /^```js\n(.*?)^```/ms.exec(section)[1]);
  const example = await start(HERE, "d1-example.mjs", ["DB"]).finally(() => rmSync(join(HERE, "d1-example.mjs")));
  const binding = await example.getD1Database("DB");
  await migrateD1(binding);
  const storage = await d1Storage(binding);
  const ssokey = await keyOf(storage);
  for (const password of ["first", "first", "second"]) {
    const { url, method, headers, body } = signOn(ssokey, password);
    const response = await example.dispatchFetch(url, { method, headers, body, duplex: "half" });
    assert.equal((await response.json()).return?.email, "ann@partner.example");
  }
  const [{ id }] = await storage.listCompanies(0, 10);
  const [{ credentialVersion }] = await storage.listUsers(id, 0, 10);
  assert.equal(credentialVersion, 2);
});
