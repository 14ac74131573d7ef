// `ssokey doctor` on real servers: what they are set to, and what a role may not do.

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { after, test } from "node:test";
import { fileURLToPath } from "node:url";
import mysql from "mysql2/promise";
import pg from "pg";
import { check } from "../cli.mjs";
import { mariadbServer } from "./mariadb-server.mjs";
import { postgresServer } from "./postgres-server.mjs";

const onPostgres = await postgresServer();
const onMariadb = await mariadbServer();
after(() => Promise.all([onPostgres.stop(), onMariadb.stop()]), { timeout: 30_000 });

const CLI = fileURLToPath(new URL("../../dist/entries/cli.js", import.meta.url));

function run(...args) {
  try {
    return execFileSync(process.execPath, [CLI, ...args], { encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] });
  } catch (error) {
    return error.stdout;
  }
}

function doctor(url) {
  const { findings } = JSON.parse(run("doctor", "--db", url, "--json"));
  return Object.fromEntries(findings.map(({ check, status, message }) => [check, `${status}: ${message}`]));
}

test("PostgreSQL: a database without tables, and one where all is well but for the time-out", async () => {
  const { url } = await onPostgres.database();
  assert.match(doctor(url).migrations, /^fail: the database lacks 0001_initial, .* `ssokey migrate`$/);
  run("migrate", "--db", url);
  const found = doctor(url);
  for (const check of ["database", "writable", "migrations", "clock", "stored hashes", "stored times", "proxy"])
    assert.match(found[check], /^ok: /, check);
  assert.match(
    found["time-outs"],
    /^warn: `statement_timeout` is off: .* say ALTER ROLE "ssokey" SET statement_timeout = '65s'$/,
  );
});

test("PostgreSQL: a standby, over which no server starts either", async (context) => {
  const { name, url } = await onPostgres.database();
  run("migrate", "--db", url);
  const standby = await onPostgres.standby();
  context.after(standby.stop);
  const { writable, migrations } = doctor(standby.urlOf(name));
  assert.equal(writable, "fail: it is a standby, which takes no writes; connect to the primary");
  assert.match(migrations, /^ok: /);
  const says = /^error: cannot open the PostgreSQL database: the database is read-only; connect to the primary/;
  await check({ args: ["serve", "--port", "0", "--db", standby.urlOf(name)], code: 1, says });
});

test("PostgreSQL: the role's time-out, isolation and durability, a database that is read-only, and a role without rights", async () => {
  const { name, url } = await onPostgres.database();
  run("migrate", "--db", url);
  const pool = new pg.Pool({ connectionString: url, max: 1 });
  const set = async (setting) => {
    await pool.query(`ALTER DATABASE ${name} SET ${setting}`);
    const found = doctor(url);
    await pool.query(`ALTER DATABASE ${name} RESET ALL`);
    return found;
  };
  assert.equal((await set("statement_timeout = '65s'"))["time-outs"], "ok: `statement_timeout` is 65 s");
  assert.match(
    (await set("statement_timeout = '100ms'"))["time-outs"],
    /^warn: `statement_timeout` is 0\.1 s, less than requests wait/,
  );
  assert.match((await set("statement_timeout = '1h'"))["time-outs"], /^warn: .*may keep its locks/);
  assert.match(
    (await set("default_transaction_isolation = 'serializable'"))["time-outs"],
    /^fail: the isolation level is serializable/,
  );
  assert.match((await set("synchronous_commit = off"))["time-outs"], /^warn: a crash loses tokens/);
  assert.match(
    (await set("default_transaction_read_only = on")).writable,
    /^fail: the database is read-only; connect to the primary/,
  );
  await pool.query(`CREATE ROLE nobody_${name} LOGIN`);
  const { migrations } = doctor(onPostgres.urlOf(name, `nobody_${name}`));
  assert.match(migrations, /^fail: the user lacks rights on the tables/);
  await pool.end();
});

test("PostgreSQL: a database that does not exist", () => {
  assert.match(doctor(onPostgres.urlOf("nowhere")).database, /^fail: .*there is no database of that name/);
});

test("MariaDB: all is well but for the time-out, and a user's own is seen", async () => {
  const { url } = await onMariadb.database();
  run("migrate", "--db", url);
  const connection = await mysql.createConnection(url);
  assert.match(doctor(url)["time-outs"], /^warn: a crash loses tokens/, "the server of the test is set so");
  await connection.query("SET GLOBAL innodb_flush_log_at_trx_commit = 1");
  const found = doctor(url);
  for (const check of ["database", "writable", "migrations", "clock", "stored hashes", "stored times", "proxy"])
    assert.match(found[check], /^ok: /, `${check} ${found[check]}`);
  assert.match(found["time-outs"], /^warn: `max_statement_time` is off: .*MAX_STATEMENT_TIME 65$/);
  await connection.query("SET GLOBAL max_statement_time = 65");
  assert.equal(doctor(url)["time-outs"], "ok: `max_statement_time` is 65 s");
  await connection.end();
});
