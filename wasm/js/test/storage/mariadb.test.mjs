import assert from "node:assert/strict";
import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { cpSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { fileURLToPath } from "node:url";
import { createPool } from "mysql2/promise";
import { createHandler } from "ssokey";
import { mariadbStorage, migrateMariadb } from "ssokey/mariadb";
import { mariadb } from "../../dist/sql/mariadb/dialect.js";
import { executorOver } from "../../dist/sql/mariadb/executor.js";
import { migratedBy } from "../../dist/sql/migration.js";
import { createCompany, given, keepsTheContract, newUser, partner, saveToken } from "../contract.mjs";
import { eventsBy } from "../events.mjs";
import { keepsItsPromises } from "../executor.mjs";
import { migratesByName } from "../migrated.mjs";
import { findsTheMistakes, isOfDatabase } from "../mistakes.mjs";
import { keyOf, signOn } from "../partner.mjs";
import { racesFindTheWrong, racesHaveOneWinner } from "../races.mjs";
import { mariadbServer } from "./mariadb-server.mjs";

const server = await mariadbServer();
after(() => server.stop(), { timeout: 30_000 });

keepsTheContract("mariadb", async () => {
  const { url } = await server.database();
  const pool = createPool(url);
  const storage = await mariadbStorage({ url });
  const close = async () => {
    await storage.close();
    await pool.end();
  };
  return { storage, events: eventsBy(executorOver(pool), mariadb), close };
});

keepsTheContract("mariadb through a pool of the driver's defaults", async () => {
  const pool = createPool((await server.database()).url);
  return { storage: await mariadbStorage({ pool }), events: eventsBy(executorOver(pool), mariadb), close: () => pool.end() };
});

migratesByName(
  "mariadb",
  async (context) => {
    const { url } = await server.database();
    const pool = createPool(url);
    const storages = [];
    context.after(async () => {
      for (const storage of storages) await storage.close();
      await pool.end();
    });
    const storage = async () => {
      const opened = await mariadbStorage({ url });
      storages.push(opened);
      return opened;
    };
    const migrated = (options) => migrateMariadb({ url }, options);
    return { database: migratedBy(executorOver(pool), mariadb, ""), migrated, storage };
  },
  { undoes: false },
);

keepsItsPromises("mariadb", async (context) => {
  const { pool } = await open(context);
  return { executor: executorOver(pool), dialect: mariadb };
});

racesFindTheWrong("MariaDB", async (wrong) => {
  const pool = createPool((await server.database()).url);
  const storage = await mariadbStorage({ pool });
  // Two users of one e-mail are to be seen, not the constraint.
  if (wrong.includes("inserts")) await pool.query("ALTER TABLE ssokey_users DROP INDEX company_id");
  return { storage, executor: executorOver(pool), dialect: mariadb, close: () => pool.end() };
});

findsTheMistakes(
  "mariadb",
  async () => {
    const pool = createPool((await server.database()).url);
    return { storage: await mariadbStorage({ pool }), close: () => pool.end() };
  },
  { isTried: isOfDatabase, concurrency: 4 },
);

racesHaveOneWinner("mariadb", async (context) => {
  const { url } = await server.database();
  const storages = await Promise.all([mariadbStorage({ url }), mariadbStorage({ url })]);
  context.after(() => Promise.all(storages.map((storage) => storage.close())));
  return storages;
});

/** A database for one test, with a pool that looks at it past the storage, and a storage. */
async function open(context) {
  const { name, url } = await server.database();
  const pool = createPool(url);
  const storage = await mariadbStorage({ url });
  context.after(async () => {
    await storage.close();
    await pool.end();
  });
  const rowsOf = async (sql) => (await pool.query(sql))[0];
  const count = async (table) => (await rowsOf(`SELECT count(*) AS rows_ FROM ssokey_${table}`))[0].rows_;
  return { name, url, pool, storage, rowsOf, count };
}

// proves: SSO-TEN-005
test("of 64 creates in four processes exactly one creates", async (context) => {
  const { url, storage, count } = await open(context);
  const { id } = await createCompany(storage, partner);
  const outputs = await Promise.all(
    Array.from({ length: 4 }, () =>
      run(
        url,
        `console.log(JSON.stringify(await Promise.all(
        Array.from({ length: 16 }, () => storage.createUser(${JSON.stringify(newUser(id))}, null)))));`,
      ),
    ),
  );
  const outcomes = outputs.flatMap((output) => JSON.parse(output));
  assert.equal(outcomes.length, 64);
  assert.equal(outcomes.filter((outcome) => outcome !== "exists").length, 1);
  assert.equal(await count("users"), 1);
});

test("the tables are created once by eight that open an empty database at once", async () => {
  const { url } = await server.database();
  const storages = await Promise.all(Array.from({ length: 8 }, () => mariadbStorage({ url })));
  await createCompany(storages[0], partner);
  assert.equal((await storages[7].findCompany(partner.domain)).name, partner.name);
  await Promise.all(storages.map((storage) => storage.close()));
});

test("the database's own tables are left alone", async (context) => {
  const { url } = await server.database();
  const pool = createPool(url);
  context.after(() => pool.end());
  await pool.query("CREATE TABLE users (id INT)");
  const storage = await mariadbStorage({ url });
  context.after(() => storage.close());
  const { id } = await createCompany(storage, partner);
  await storage.createUser(newUser(id), null);
  assert.deepEqual((await pool.query("SELECT * FROM users"))[0], []);
});

test("text is compared byte by byte, whatever the server's collation", async (context) => {
  const { storage, rowsOf } = await open(context);
  const found = await rowsOf(
    "SELECT DISTINCT collation_name AS name FROM information_schema.columns WHERE table_schema = DATABASE() AND collation_name IS NOT NULL",
  );
  assert.deepEqual(found, [{ name: "utf8mb4_nopad_bin" }]);
  const { id } = await createCompany(storage, partner);
  const emails = [
    "ann@partner.example",
    "\u00e4nn@partner.example",
    "ann@partner.example ",
    "ss@partner.example",
    "\u00df@partner.example",
  ];
  for (const email of emails) assert.equal((await storage.createUser(newUser(id, email), null)).email, email);
  for (const email of emails) assert.equal((await storage.findUser(id, email)).email, email);
});

test("a text that does not fit is refused, and not cut", async (context) => {
  const { storage, count } = await open(context);
  const { id } = await createCompany(storage, partner);
  await assert.rejects(storage.createUser({ ...newUser(id), passwordHash: "x".repeat(65_536) }, null), {
    code: "ER_DATA_TOO_LONG",
  });
  assert.equal(await count("users"), 0);
});

for (const setting of ["autocommit = 0", "completion_type = 1", "completion_type = 2", "foreign_key_checks = 0"])
  test(`what is written is checked and committed, also where the server is set to ${setting}`, async (context) => {
    const { pool, url, storage: other } = await open(context);
    const { id } = await createCompany(other, partner);
    const reset = "SET GLOBAL autocommit = 1, GLOBAL completion_type = 0, GLOBAL foreign_key_checks = 1";
    await pool.query(`SET GLOBAL ${setting}`);
    // Its one connection has the setting of the server from now on.
    const storage = await mariadbStorage({ url }).finally(() => pool.query(reset));
    context.after(() => storage.close());
    const { token } = await given(storage, id);
    await saveToken(storage, token);
    await storage.createUser(newUser(id, "bob@partner.example"), null);
    assert.notEqual(await other.findUser(id, "bob@partner.example"), undefined);
    await storage.revokeToken(token.digest);
    assert.equal(await other.findToken(token.digest), undefined);
    await assert.rejects(storage.createUser(newUser(id + 1), null), { code: "ER_NO_REFERENCED_ROW_2" });
  });

test("a text is stored in its own characters, whichever the server reads a connection in", async (context) => {
  const { name, pool, rowsOf } = await open(context);
  await pool.query("CREATE USER app");
  await pool.query(`GRANT ALL ON ${name}.* TO app`);
  // It is not run for who may administer the server.
  await pool.query("SET GLOBAL init_connect = 'SET NAMES latin1'");
  const storage = await mariadbStorage({ url: server.urlOf(name, "app") }).finally(() =>
    pool.query("SET GLOBAL init_connect = ''"),
  );
  context.after(() => storage.close());
  await createCompany(storage, { ...partner, name: "\u00e4\u{1f600}" });
  assert.deepEqual(await rowsOf("SELECT hex(name) AS name FROM ssokey_companies"), [{ name: "C3A4F09F9880" }]);
});

test("to probe for room leaves no statement with the server", async (context) => {
  const { storage, rowsOf } = await open(context);
  const prepared = async () => (await rowsOf("SHOW GLOBAL STATUS LIKE 'Prepared_stmt_count'"))[0].Value;
  await storage.probe(true);
  const before = await prepared();
  for (let time = 0; time < 3; time += 1) await storage.probe(true);
  assert.equal(await prepared(), before);
});

test("the largest id of the contract comes back as the number it is", async (context) => {
  const { pool, storage } = await open(context);
  await pool.query(`ALTER TABLE ssokey_users AUTO_INCREMENT = ${Number.MAX_SAFE_INTEGER}`);
  const { id } = await createCompany(storage, partner);
  const { user, keyId, token } = await given(storage, id);
  assert.equal(user.id, Number.MAX_SAFE_INTEGER);
  await saveToken(storage, token);
  assert.deepEqual((await storage.findToken(token.digest)).holder.user, user);
  await pool.query("UPDATE ssokey_users SET credential_version = 9007199254740990");
  const swap = {
    companyId: id,
    userId: user.id,
    expectedVersion: 9007199254740990,
    passwordHash: "x",
    issuedAt: null,
    passwordKeyId: keyId,
  };
  assert.equal(await storage.replacePassword(swap), Number.MAX_SAFE_INTEGER);
  assert.equal((await storage.findUser(id, user.email)).credentialVersion, Number.MAX_SAFE_INTEGER);
});

test("what a deadlock rolled back is sent again, and what goes on failing fails", async () => {
  const deadlock = Object.assign(new Error("Deadlock found"), { code: "ER_LOCK_DEADLOCK" });
  const failing = (times, error) => {
    let failures = 0;
    const execute = async () => {
      failures += 1;
      if (failures <= times) throw error;
      return [{ affectedRows: 1, insertId: 7 }];
    };
    const done = async () => {};
    const connection = { execute, beginTransaction: done, commit: done, rollback: done, release: () => {} };
    return executorOver({ execute, getConnection: async () => connection });
  };
  const statement = { sql: "INSERT", values: [] };
  assert.equal(await failing(3, deadlock).change("INSERT", []), 1);
  assert.deepEqual(await failing(3, deadlock).query("INSERT", []), [{ id: 7 }]);
  assert.deepEqual(await failing(3, deadlock).transaction([statement, statement]), [1, 1]);
  await assert.rejects(failing(1000, deadlock).change("INSERT", []), deadlock);
  const other = new Error("gone");
  await assert.rejects(failing(1, other).change("INSERT", []), other);
});

test("a connection that broke is replaced", async (context) => {
  const { pool, storage, rowsOf } = await open(context);
  await createCompany(storage, partner);
  const others = await rowsOf("SELECT id FROM information_schema.processlist WHERE db = DATABASE() AND id <> CONNECTION_ID()");
  assert.ok(others.length > 0);
  for (const { id } of others) await pool.query(`KILL ${id}`);
  // One round trip, by which time the storage's pool has heard of the end of its own.
  await pool.query("SELECT 1");
  assert.equal((await storage.findCompany(partner.domain)).name, partner.name);
});

test("a pool that was given stays open when the storage is closed", async (context) => {
  const { pool } = await open(context);
  await (await mariadbStorage({ pool })).close();
  assert.equal((await pool.query("SELECT 1 AS one"))[0][0].one, 1);
});

test("a database that is not there is refused with the driver's error", async () => {
  await assert.rejects(mariadbStorage({ url: server.urlOf("nowhere") }), { code: "ER_BAD_DB_ERROR" });
});

test("a missing driver is told by name", (context) => {
  const directory = mkdtempSync(join(tmpdir(), "ssokey-test-"));
  context.after(() => rmSync(directory, { recursive: true }));
  cpSync(new URL("../../dist", import.meta.url), join(directory, "dist"), { recursive: true });
  writeFileSync(join(directory, "package.json"), '{"type":"module"}');
  const script = `import { MissingDriverError, mariadbStorage } from "./dist/entries/mariadb.js";
    await mariadbStorage({ url: "mariadb://localhost/x" }).catch((error) =>
      console.log(error instanceof MissingDriverError, error.message));`;
  const printed = execFileSync(process.execPath, ["--input-type=module", "--eval", script], { cwd: directory, encoding: "utf8" });
  assert.match(printed, /^true .*npm install mysql2$/m);
});

test("a user is signed on: created, known, and with a different password", async (context) => {
  const { storage, count } = await open(context);
  const ssokey = await keyOf(storage);
  const handler = await createHandler({ storage });
  for (const password of ["first", "first", "second"]) {
    const response = await handler(signOn(ssokey, password));
    assert.equal(response.status, 200);
    assert.equal((await response.json()).return.email, "ann@partner.example");
  }
  assert.equal(await count("users"), 1);
  assert.equal(await count("tokens"), 3);
});

/** Runs a script in a process of its own with a storage, and returns what it printed. */
async function run(url, body) {
  const script = `import { mariadbStorage } from "ssokey/mariadb";
    const storage = await mariadbStorage({ url: ${JSON.stringify(url)} });
    ${body}
    await storage.close();`;
  const options = { cwd: fileURLToPath(new URL(".", import.meta.url)), stdio: ["ignore", "pipe", "inherit"] };
  const child = spawn(process.execPath, ["--input-type=module", "--eval", script], options);
  let output = "";
  child.stdout.setEncoding("utf8").on("data", (text) => (output += text));
  const [code] = await once(child, "close");
  assert.equal(code, 0);
  return output;
}
