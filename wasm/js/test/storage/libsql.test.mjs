// The SQLite storage over a libSQL server, which has one database: each test finds it empty, and they run one by one.

import assert from "node:assert/strict";
import { after, test } from "node:test";
import { createHandler } from "ssokey";
import { migrateSqlite, sqliteStorage } from "ssokey/sqlite";
import { Connection } from "../../dist/sqlite/connection.js";
import { migratedBy, MIGRATIONS } from "../../dist/sqlite/schema.js";
import { keepsTheContract } from "../contract.mjs";
import { migratesByName } from "../migrated.mjs";
import { keyOf, signOn } from "../partner.mjs";
import { racesFindTheWrong, racesHaveOneWinner } from "../races.mjs";
import { libsqlServer } from "./libsql.mjs";

const { url, stop } = await libsqlServer();
const admin = await Connection.open({ url });
after(async () => {
  admin.close();
  await stop();
});

/** Drops every table, those last that others refer to. */
async function empty() {
  const rows = await admin.query("SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\'");
  const rank = ({ name }) => ["keys", "users", "companies"].indexOf(name);
  await admin.transaction(rows.sort((a, b) => rank(a) - rank(b)).map(({ name }) => `DROP TABLE ${name}`));
}

async function open() {
  await empty();
  const storage = await sqliteStorage({ url });
  return { storage, close: () => storage.close() };
}

keepsTheContract("libsql server", open);

racesHaveOneWinner("libsql server", async (context) => {
  await empty();
  const storages = [await sqliteStorage({ url }), await sqliteStorage({ url })];
  context.after(() => storages.forEach((storage) => storage.close()));
  return storages;
});

racesFindTheWrong("a libSQL server", async () => ({ ...(await open()), run: (sql, values) => admin.query(sql, values) }));

migratesByName("libsql server", async (context) => {
  await empty();
  const storage = async () => {
    const opened = await sqliteStorage({ url });
    context.after(() => opened.close());
    return opened;
  };
  const migrated = (options) => migrateSqlite({ url }, options);
  return { database: migratedBy(admin, ""), migrations: MIGRATIONS, migrated, storage, companies: "companies" };
});

test("a user is signed on over a libSQL server: created, known, and with another password", async (context) => {
  const { storage, close } = await open();
  context.after(close);
  const handler = await createHandler({ storage, onError: assert.fail });
  const ssokey = await keyOf(storage);
  for (const password of ["first", "first", "second"]) {
    assert.equal((await handler(signOn(ssokey, password))).status, 200);
  }
  const [{ id }] = await storage.listCompanies();
  assert.deepEqual((await storage.listUsers(id, 0, 10)).map(({ credentialVersion }) => credentialVersion), [2]);
});
