import assert from "node:assert/strict";
import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { cpSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import pg from "pg";
import { createHandler } from "ssokey";
import { migratePostgres, postgresStorage } from "ssokey/postgres";
import { migratedBy } from "../../dist/sql/migration.js";
import { postgres } from "../../dist/sql/postgres/dialect.js";
import { executorOver } from "../../dist/sql/postgres/executor.js";
import { migrationsIn } from "../../dist/sql/schema.js";
import { check, serve } from "../cli.mjs";
import { createCompany, given, keepsTheContract, newUser, partner, saveToken } from "../contract.mjs";
import { eventsBy } from "../events.mjs";
import { keepsItsPromises } from "../executor.mjs";
import { migratesByName } from "../migrated.mjs";
import { findsTheMistakes, isOfDatabase } from "../mistakes.mjs";
import { keyOf, signOn } from "../partner.mjs";
import { racesFindTheWrong, racesHaveOneWinner } from "../races.mjs";
import { postgresServer } from "./postgres-server.mjs";
import { proxyTo } from "./proxy.mjs";

const server = await postgresServer();
after(() => server.stop(), { timeout: 30_000 });

/** Opens a storage in a database of its own, by what `storageAt` makes of the URL. */
const opens = (storageAt) => async () => storageAt((await server.database()).url);

keepsTheContract(
  "postgres",
  opens(async (url) => {
    const pool = new pg.Pool({ connectionString: url });
    const storage = await postgresStorage({ url });
    const close = async () => {
      await storage.close();
      await pool.end();
    };
    return { storage, events: eventsBy(executorOver(pool), postgres), close };
  }),
);

keepsTheContract(
  "postgres through a pool that gives every column as text",
  opens(async (url) => {
    const pool = new pg.Pool({ connectionString: url, types: { getTypeParser: () => String } });
    return { storage: await postgresStorage({ pool }), events: eventsBy(executorOver(pool), postgres), close: () => pool.end() };
  }),
);

migratesByName("postgres", async (context) => {
  const { url } = await server.database();
  const pool = new pg.Pool({ connectionString: url });
  const storages = [];
  context.after(async () => {
    for (const storage of storages) await storage.close();
    await pool.end();
  });
  const storage = async () => {
    const opened = await postgresStorage({ url });
    storages.push(opened);
    return opened;
  };
  const migrated = (options) => migratePostgres({ url }, options);
  return { database: migratedBy(executorOver(pool), postgres, ""), migrated, storage };
});

/** A database for one test, with a pool that looks at it past the storage, and a storage. */
async function open(context) {
  const { name, url } = await server.database();
  const pool = new pg.Pool({ connectionString: url });
  const storage = await postgresStorage({ url });
  context.after(async () => {
    await storage.close();
    await pool.end();
  });
  const count = async (table) => Number((await pool.query(`SELECT count(*) FROM ssokey.${table}`)).rows[0].count);
  return { name, url, pool, storage, count };
}

keepsItsPromises("postgres", async (context) => {
  const { pool } = await open(context);
  return { executor: executorOver(pool), dialect: postgres };
});

racesFindTheWrong("PostgreSQL", async (wrong) => {
  const { url } = await server.database();
  const pool = new pg.Pool({ connectionString: url });
  const storage = await postgresStorage({ pool });
  // Two users of one e-mail are to be seen, not the constraint.
  if (wrong.includes("inserts")) await pool.query("ALTER TABLE ssokey.users DROP CONSTRAINT users_company_id_email_key");
  return { storage, executor: executorOver(pool), dialect: postgres, close: () => pool.end() };
});

findsTheMistakes(
  "postgres",
  async () => {
    const pool = new pg.Pool({ connectionString: (await server.database()).url });
    return { storage: await postgresStorage({ pool }), close: () => pool.end() };
  },
  { isTried: isOfDatabase, concurrency: 4 },
);

racesHaveOneWinner("postgres", async (context) => {
  const { url } = await server.database();
  const storages = await Promise.all([postgresStorage({ url }), postgresStorage({ url })]);
  context.after(() => Promise.all(storages.map((storage) => storage.close())));
  return storages;
});

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
  const storages = await Promise.all(Array.from({ length: 8 }, () => postgresStorage({ url })));
  await createCompany(storages[0], partner);
  assert.equal((await storages[7].findCompany(partner.domain)).name, partner.name);
  await Promise.all(storages.map((storage) => storage.close()));
});

test("the database's own tables of the same names are left alone", async (context) => {
  const { url, pool, storage } = await open(context);
  await pool.query("CREATE TABLE public.users (id int); CREATE TABLE public.events (id int)");
  const again = await postgresStorage({ url });
  context.after(() => again.close());
  const { id } = await createCompany(storage, partner);
  const { user, token } = await given(storage, id);
  await saveToken(storage, token);
  assert.deepEqual(await again.findUser(id, user.email), user);
  assert.deepEqual((await again.findToken(token.digest)).holder.user, user);
  assert.equal((await pool.query("SELECT * FROM public.users")).rowCount, 0);
});

test("a role that may create nothing uses the tables that are there, and is refused where there are none", async (context) => {
  const { name, pool, storage } = await open(context);
  await createCompany(storage, partner);
  await pool.query(`CREATE ROLE clerk LOGIN; GRANT USAGE ON SCHEMA ssokey TO clerk;
    GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA ssokey TO clerk`);
  const clerk = await postgresStorage({ url: server.urlOf(name, "clerk") });
  const { id } = await clerk.findCompany(partner.domain);
  assert.equal((await clerk.createUser(newUser(id), null)).id, 1);
  await clerk.close();
  await pool.query("DROP SCHEMA ssokey CASCADE");
  await assert.rejects(postgresStorage({ url: server.urlOf(name, "clerk") }), (error) => {
    assert.deepEqual([error.name, error.reason, error.cause.code], ["MigrationError", "missing", "42501"]);
    return true;
  });
  assert.deepEqual(
    await migratePostgres({ pool }),
    migrationsIn(postgres).map(({ name }) => name),
  );
  await pool.query("DROP SCHEMA ssokey CASCADE; DROP ROLE clerk");
});

test("the largest id of the contract comes back as the number it is", async (context) => {
  const { pool, storage } = await open(context);
  await pool.query(`ALTER TABLE ssokey.users ALTER COLUMN id RESTART WITH ${Number.MAX_SAFE_INTEGER}`);
  const { id } = await createCompany(storage, partner);
  const { user, keyId, token } = await given(storage, id);
  assert.equal(user.id, Number.MAX_SAFE_INTEGER);
  await saveToken(storage, token);
  assert.deepEqual((await storage.findToken(token.digest)).holder.user, user);
  await pool.query("UPDATE ssokey.users SET credential_version = 9007199254740990");
  const swap = {
    companyId: id,
    userId: user.id,
    expectedVersion: 9007199254740990,
    passwordHash: "x",
    issuedAt: null,
    passwordKeyId: keyId,
  };
  assert.equal(await storage.replacePassword(swap), Number.MAX_SAFE_INTEGER);
});

test("a connection that broke is replaced", async (context) => {
  const { pool, storage } = await open(context);
  await createCompany(storage, partner);
  const { rowCount } = await pool.query(
    "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()",
  );
  assert.ok(rowCount > 0);
  // One round trip, by which time the pool has heard of the end of its own.
  await pool.query("SELECT 1");
  assert.equal((await storage.findCompany(partner.domain)).name, partner.name);
});

test("a standby cannot be written, and no server starts over it", async (context) => {
  const { name, url, storage, pool } = await open(context);
  await storage.probe();
  await pool.query(`ALTER DATABASE ${name} SET default_transaction_read_only = on`);
  const standby = await postgresStorage({ url });
  context.after(() => standby.close());
  await assert.rejects(standby.probe(), { code: "25006" });
  const says = /^error: cannot open the PostgreSQL database: the database is read-only; connect to the primary/;
  await check({ args: ["serve", "--port", "0", "--db", url], code: 1, says });
});

test("a server waits for a database that is still to come", async (context) => {
  const late = await proxyTo("/nowhere");
  await late.stop();
  const { name } = await server.database();
  const directory = new URL(server.urlOf(name)).searchParams.get("host");
  const starting = serve(context, ["--db", `postgres://ssokey@127.0.0.1:${late.port}/${name}`]);
  await sleep(1_000);
  const proxy = await proxyTo(`${directory}/.s.PGSQL.5432`, late.port);
  context.after(() => proxy.stop());
  const { output } = await starting;
  assert.match(output.stderr, /no server listens there; .*; trying again for \d+ s/);
});

test("a pool that was given stays open when the storage is closed", async (context) => {
  const { pool } = await open(context);
  await (await postgresStorage({ pool })).close();
  assert.equal((await pool.query("SELECT 1")).rowCount, 1);
});

test("a database that is not there is refused with the driver's error", async () => {
  await assert.rejects(postgresStorage({ url: server.urlOf("nowhere") }), { code: "3D000" });
});

test("a missing driver is told by name", (context) => {
  const directory = mkdtempSync(join(tmpdir(), "ssokey-test-"));
  context.after(() => rmSync(directory, { recursive: true }));
  cpSync(new URL("../../dist", import.meta.url), join(directory, "dist"), { recursive: true });
  writeFileSync(join(directory, "package.json"), '{"type":"module"}');
  const script = `import { MissingDriverError, postgresStorage } from "./dist/entries/postgres.js";
    await postgresStorage({ url: "postgres://localhost/x" }).catch((error) =>
      console.log(error instanceof MissingDriverError, error.message));`;
  const printed = execFileSync(process.execPath, ["--input-type=module", "--eval", script], { cwd: directory, encoding: "utf8" });
  assert.match(printed, /^true .*npm install pg$/m);
});

test("a user is signed on: created, known, and with another password", async (context) => {
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
  const script = `import { postgresStorage } from "ssokey/postgres";
    const storage = await postgresStorage({ url: ${JSON.stringify(url)} });
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
