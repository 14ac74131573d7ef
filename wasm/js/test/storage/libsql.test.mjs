// The SQLite storage over a libSQL server, which has one database: each test finds it empty, and they run one by one.

import assert from "node:assert/strict";
import { once } from "node:events";
import { request as ask, createServer } from "node:http";
import { buffer } from "node:stream/consumers";
import { after, test } from "node:test";
import { createHandler } from "ssokey";
import { migrateSqlite, sqliteStorage } from "ssokey/sqlite";
import { migratedBy } from "../../dist/sql/migration.js";
import { sqlite } from "../../dist/sql/sqlite/dialect.js";
import { Connection } from "../../dist/sql/sqlite/libsql.js";
import { check, serve, start } from "../cli.mjs";
import { createCompany, keepsTheContract, newUser, partner } from "../contract.mjs";
import { eventsBy } from "../events.mjs";
import { keepsItsPromises } from "../executor.mjs";
import { migratesByName } from "../migrated.mjs";
import { keyOf, signOn } from "../partner.mjs";
import { racesFindTheWrong, racesHaveOneWinner } from "../races.mjs";
import { libsqlServer } from "./libsql-server.mjs";

const { url, stop } = await libsqlServer();
const admin = await Connection.open({ url });
after(async () => {
  admin.close();
  await stop();
});

/** Drops every table, those last that others refer to. */
async function empty() {
  const rows = await admin.query(
    "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\'",
    [],
  );
  const rank = ({ name }) => ["keys", "users", "companies"].indexOf(name);
  await admin.transaction(rows.sort((a, b) => rank(a) - rank(b)).map(({ name }) => ({ sql: `DROP TABLE ${name}`, values: [] })));
}

async function open() {
  await empty();
  // Of 64 writers at once the last waits for all others, on a machine that may have more to do.
  const storage = await sqliteStorage({ url, busyTimeout: 30_000 });
  return { storage, events: eventsBy(admin, sqlite), close: () => storage.close() };
}

keepsTheContract("libsql server", open);

racesHaveOneWinner("libsql server", async (context) => {
  await empty();
  // The server refuses whoever finds it busy, and 64 writers need many turns on a machine that has other work.
  const patient = { url, busyTimeout: 60_000 };
  const storages = [await sqliteStorage(patient), await sqliteStorage(patient)];
  context.after(() => {
    for (const storage of storages) storage.close();
  });
  return storages;
});

keepsItsPromises("libsql server", async () => {
  const { close } = await open();
  close();
  return { executor: admin, dialect: sqlite };
});

racesFindTheWrong("a libSQL server", async () => ({ ...(await open()), executor: admin, dialect: sqlite }));

migratesByName("libsql server", async (context) => {
  await empty();
  const storage = async () => {
    const opened = await sqliteStorage({ url });
    context.after(() => opened.close());
    return opened;
  };
  const migrated = (options) => migrateSqlite({ url }, options);
  return { database: migratedBy(admin, sqlite, ""), migrated, storage };
});

test("a user is signed on over a libSQL server: created, known, and with another password", async (context) => {
  const { storage, close } = await open();
  context.after(close);
  const handler = await createHandler({ storage, onError: assert.fail });
  const ssokey = await keyOf(storage);
  for (const password of ["first", "first", "second"]) {
    assert.equal((await handler(signOn(ssokey, password))).status, 200);
  }
  const [{ id }] = await storage.listCompanies(0, 10);
  assert.deepEqual(
    (await storage.listUsers(id, 0, 10)).map(({ credentialVersion }) => credentialVersion),
    [2],
  );
});

test("a statement that the server had no turn for is sent again, and fails once it has waited long enough", async (context) => {
  await empty();
  let refusals = 0;
  const proxy = createServer(async (request, response) => {
    const body = await buffer(request);
    if (refusals > 0 && body.includes("INSERT")) {
      refusals -= 1;
      response.setHeader("content-type", "application/json").end(busyAnswer(JSON.parse(body)));
      return;
    }
    const { method } = request;
    const answer = await fetch(`${url}${request.url}`, { method, ...(method === "POST" && { body }) });
    response.writeHead(answer.status, { "content-type": answer.headers.get("content-type") ?? "" });
    response.end(Buffer.from(await answer.arrayBuffer()));
  });
  await once(proxy.listen(0, "127.0.0.1"), "listening");
  context.after(() => proxy.close());
  const open = (busyTimeout) => sqliteStorage({ url: `http://127.0.0.1:${proxy.address().port}`, busyTimeout });

  const patient = await open(5000);
  context.after(() => patient.close());
  refusals = 2;
  const { id } = await createCompany(patient, partner);
  assert.equal(refusals, 0);
  refusals = 2;
  assert.equal((await patient.createUser(newUser(id), null)).email, newUser(id).email);
  assert.equal(refusals, 0);

  const impatient = await open(0);
  context.after(() => impatient.close());
  refusals = Infinity;
  await assert.rejects(createCompany(impatient, { ...partner, domain: "other.example", email: "it@other.example" }), {
    code: "SQLITE_BUSY",
  });
  await assert.rejects(impatient.createUser(newUser(id, "bob@partner.example"), null), { code: "SQLITE_BUSY" });
  assert.equal((await patient.listCompanies(0, 10)).length, 1);
  assert.equal((await patient.listUsers(id, 0, 10)).length, 1);
});

const BUSY = { message: "SQLite error: database is locked", code: "SQLITE_BUSY" };

/** Returns what a busy server answers: it refuses a statement, or the first step of a transaction. */
function busyAnswer({ requests }) {
  const results = requests.map(({ type, batch }) => {
    if (type === "execute") return { type: "error", error: BUSY };
    if (type !== "batch") return { type: "ok", response: { type } };
    const steps = batch.steps.map(() => null);
    return { type: "ok", response: { type, result: { step_results: steps, step_errors: [BUSY, ...steps.slice(1)] } } };
  });
  return JSON.stringify({ baton: null, base_url: null, results });
}

test("every command of the program works on a libSQL server, and a user is signed on", async (context) => {
  await empty();
  const proxy = await asking(context, "s3cret");
  const env = { SSOKEY_DB_TOKEN: "s3cret" };
  const partner = ["--email", "it@cli.example"];
  const printed = async (...args) => {
    const { code, stdout, stderr } = await start([...args, "--db", proxy, "--json"], { env }).ended;
    assert.equal(code, 0, stderr);
    assert.doesNotMatch(stderr, /s3cret/);
    return JSON.parse(stdout);
  };
  await printed("migrate");
  assert.deepEqual((await printed("migrate")).applied, []);
  assert.equal((await printed("company", "add", "--name", "A", "--domain", "cli.example", ...partner)).domain, "cli.example");
  const { ssokey, keyId } = await printed("key", "issue", ...partner);
  const [{ createdAt, ...key }] = await printed("key", "list", ...partner);
  assert.deepEqual(key, { keyId, status: "enabled", expiresAt: null, lastUsedAt: null });
  assert.ok(createdAt <= Date.now());
  const { url } = await serve(context, ["--db", proxy], { env });
  const body = new URLSearchParams({ email: "ann@cli.example", password: "any", ssokey, product: "email" });
  const response = await fetch(`${url}/api/sso/authenticate`, { method: "POST", body });
  assert.equal((await response.json()).return.companyDomain, "cli.example");
  const says = /the server refuses the token; set it by SSOKEY_DB_TOKEN/;
  await check({ args: ["purge", "--db", proxy], env: { SSOKEY_DB_TOKEN: "wrong" }, code: 1, says });
});

/** The URL of a proxy that asks for a token, which the server itself does not. */
async function asking(context, token) {
  const proxy = createServer((request, response) => {
    if (request.headers.authorization !== `Bearer ${token}`) return void response.writeHead(401).end();
    const { method, headers } = request;
    const onward = ask(new URL(request.url, url), { method, headers }, (answer) => {
      response.writeHead(answer.statusCode, answer.headers);
      answer.pipe(response);
    });
    request.pipe(onward.on("error", () => response.destroy()));
  });
  context.after(() => {
    proxy.close();
    proxy.closeAllConnections();
  });
  await once(proxy.listen(0, "127.0.0.1"), "listening");
  return `http://127.0.0.1:${proxy.address().port}`;
}
