// What goes wrong with real servers is told with its cause and a remedy, and without a secret.

import assert from "node:assert/strict";
import { once } from "node:events";
import { writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { after, test } from "node:test";
import { createPool } from "mysql2/promise";
import pg from "pg";
import { mariadbStorage } from "ssokey/mariadb";
import { check, run } from "../cli.mjs";
import { asUser, directoryOf, folderOf, startDaemon } from "./daemon.mjs";
import { mariadbServer } from "./mariadb-server.mjs";
import { postgresServer } from "./postgres-server.mjs";

const postgres = await postgresServer();
const mariadb = await mariadbServer();
after(() => Promise.all([postgres.stop(), mariadb.stop()]), { timeout: 30_000 });

const LIST = ["company", "list", "--db"];
const ADD = ["company", "add", "--name", "A", "--domain", "a.example", "--email", "it@a.example", "--db"];

/** A database with these statements run in it. */
async function onPostgres(...statements) {
  const { name, url } = await postgres.database();
  const pool = new pg.Pool({ connectionString: url, max: 1 });
  for (const sql of statements) await pool.query(sql.replaceAll("{db}", name));
  await pool.end();
  return { name, url, as: (user) => postgres.urlOf(name, user) };
}

async function onMariadb(...statements) {
  const { name, url } = await mariadb.database();
  const admin = createPool({ uri: url, connectionLimit: 1 });
  for (const sql of statements) await admin.query(sql.replaceAll("{db}", name));
  await admin.end();
  return { name, url, as: (user) => mariadb.urlOf(name, user) };
}

const migrated = async (database) => {
  assert.equal((await run("migrate", "--db", database.url)).code, 0);
  return database;
};

const MAY_NOT_CREATE =
  /lacks migrations \(0001_initial.*this user may not create tables: apply them with `ssokey migrate --db …` as one who may, and grant this one SELECT, INSERT, UPDATE and DELETE on the tables/;
const LACKS_RIGHTS = /the user lacks rights on the tables; grant it SELECT, INSERT, UPDATE and DELETE on them/;

test("a role that may not create tables is told who may, and what to grant", async () => {
  const { as } = await onPostgres("CREATE ROLE newcomer LOGIN");
  for (const args of [LIST, ADD, ["migrate", "--db"]]) {
    await check({ args: [...args, as("newcomer")], code: 1, says: MAY_NOT_CREATE });
  }
  const maria = await onMariadb("CREATE USER newcomer@localhost", "GRANT SELECT ON {db}.* TO newcomer@localhost");
  for (const args of [LIST, ["migrate", "--db"]]) {
    await check({ args: [...args, maria.as("newcomer")], code: 1, says: MAY_NOT_CREATE });
  }
});

test("a role without rights on the tables that are there is told to be granted them, and not to migrate", async () => {
  const { as, name } = await migrated(await onPostgres("CREATE ROLE bare LOGIN", "CREATE ROLE reader LOGIN"));
  const says = new RegExp(`^error: cannot open the PostgreSQL database: ${LACKS_RIGHTS.source}, and USAGE on the schema`);
  for (const args of [LIST, ADD, ["migrate", "--db"]]) await check({ args: [...args, as("bare")], code: 1, says });
  const pool = new pg.Pool({ connectionString: postgres.urlOf(name), max: 1 });
  await pool.query("GRANT USAGE ON SCHEMA ssokey TO reader; GRANT SELECT ON ALL TABLES IN SCHEMA ssokey TO reader");
  await pool.end();
  assert.equal((await run(...LIST, as("reader"))).code, 0);
  await check({ args: [...ADD, as("reader")], code: 1, says: LACKS_RIGHTS });

  const maria = await migrated(await onMariadb("CREATE USER reader@localhost", "GRANT SELECT ON {db}.* TO reader@localhost"));
  await check({ args: [...ADD, maria.as("reader")], code: 1, says: LACKS_RIGHTS });
  const other = await migrated(
    await onMariadb(
      "CREATE USER bare@localhost",
      "CREATE TABLE {db}.other (id INT)",
      "GRANT ALL ON {db}.other TO bare@localhost",
    ),
  );
  await check({ args: [...LIST, other.as("bare")], code: 1, says: MAY_NOT_CREATE });
});

for (const { title, url, code = 1, says } of [
  {
    title: "a role with no connection left",
    url: async () => (await onPostgres("CREATE ROLE crowd LOGIN CONNECTION LIMIT 0")).as("crowd:s3cret"),
    says: /takes no further connection; end others, or raise its limit/,
  },
  {
    title: "TLS that PostgreSQL has not",
    url: async () => `${(await onPostgres()).url}&sslmode=require`,
    says: /the server has no TLS; take `sslmode` out/,
  },
  {
    title: "a parameter that PostgreSQL has not",
    url: async () => `${(await onPostgres()).url}&options=-c%20nonsense%3Ds3cret`,
    says: /check the parameters of the URL/,
  },
  {
    title: "TLS that MariaDB has not",
    url: async () => `${(await onMariadb()).url}&ssl={}`,
    says: /the server has no TLS; take it out of the URL/,
  },
  {
    title: "a user who may use no database",
    url: async () => (await onMariadb("CREATE USER nobody@localhost")).as("nobody"),
    says: /the user may not use this database; grant it/,
  },
  {
    title: "a wrong password",
    url: async () => (await onMariadb("CREATE USER locked@localhost IDENTIFIED BY 'x'")).as("locked:s3cret"),
    says: /refuses this user or the password; check both/,
  },
])
  test(`${title} is told, and no secret is`, async () => {
    const outcome = await run(...ADD, await url());
    assert.match(outcome.stderr, says);
    assert.doesNotMatch(outcome.stderr, /s3cret| {4}at /);
    assert.equal(outcome.code, code);
  });

test("a database that is read-only is told", async () => {
  const { url } = await migrated(await onPostgres());
  const says = /cannot use the PostgreSQL database: the database is read-only; connect to the primary/;
  await check({ args: [...ADD, url], env: { PGOPTIONS: "-c default_transaction_read_only=on" }, code: 1, says });
  const maria = await migrated(await onMariadb("CREATE USER writer@localhost", "GRANT ALL ON {db}.* TO writer@localhost"));
  const admin = createPool({ uri: maria.url, connectionLimit: 1 });
  await admin.query("SET GLOBAL read_only = 1");
  try {
    await check({ args: [...ADD, maria.as("writer")], code: 1, says: /the database is read-only; connect to the primary/ });
  } finally {
    await admin.query("SET GLOBAL read_only = 0");
    await admin.end();
  }
});

test("a parameter that PgBouncer refuses is told, and what to do", async () => {
  const { url, name } = await onPostgres();
  const directory = directoryOf("postgres", "pgbouncer");
  const port = await freePort();
  writeFileSync(join(directory, "users"), '"ssokey" ""\n');
  writeFileSync(
    join(directory, "ini"),
    `[databases]\n${name} = host=${new URL(url).searchParams.get("host")} dbname=${name}\n[pgbouncer]\nlisten_addr = 127.0.0.1\n` +
      `listen_port = ${port}\nauth_type = trust\nauth_file = ${join(directory, "users")}\nunix_socket_dir =\n`,
  );
  const program = join(folderOf(["pgbouncer"], "pgbouncer"), "pgbouncer");
  const stop = await startDaemon(asUser("postgres", program, [join(directory, "ini")]), directory, "process up", "SIGTERM");
  try {
    const place = `postgres://ssokey@127.0.0.1:${port}/${name}`;
    assert.equal((await run(...ADD, place)).code, 0);
    const says =
      /refuses a parameter of the connection; take it out of the URL or PGOPTIONS, or name it in PgBouncer's `ignore_startup_parameters`/;
    await check({ args: [...LIST, `${place}?options=-c%20geqo%3Doff`], code: 1, says });
    await check({ args: [...LIST, place], env: { PGOPTIONS: "-c geqo=off" }, code: 1, says });
  } finally {
    await stop();
  }
});

async function freePort() {
  const server = createServer();
  await once(server.listen(0, "127.0.0.1"), "listening");
  const { port } = server.address();
  await new Promise((closed) => server.close(closed));
  return port;
}

test("a call waits for a connection of MariaDB as long as it was told, and the next finds one", async () => {
  const { url } = await migrated(await onMariadb());
  const storage = await mariadbStorage({ url, connections: 1, connectTimeout: 300 });
  const admin = createPool({ uri: url, connectionLimit: 1 });
  await admin.query("LOCK TABLES ssokey_companies WRITE");
  const held = storage.findCompany("a.example");
  const start = Date.now();
  await assert.rejects(storage.findCompany("a.example"), { code: "ETIMEDOUT" });
  assert.ok(Date.now() - start < 3_000);
  await admin.query("UNLOCK TABLES");
  await admin.end();
  assert.equal((await held) ?? null, null);
  assert.equal((await storage.findCompany("a.example")) ?? null, null);
  await storage.close();
});
