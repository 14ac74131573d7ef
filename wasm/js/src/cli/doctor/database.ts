// The checks of a database: what it is, what is in it, and what its server is set to.

import { loadCore } from "../../core/node.js";
import { MigrationError, migrate, migratedBy, requireNoOthers } from "../../sql/migration.js";
import { storageOver } from "../../sql/storage.js";
import { isReadOnly } from "../cause.js";
import type { Connected, System } from "../database.js";
import { examine, type Finding, fail, ok, warn } from "./finding.js";

const SECOND = 1_000;
/** The most by which clocks may differ, so that a code of one server's is accepted by others. */
const MOST_SKEW = 5 * SECOND;
/** The time-outs of statements that the server may have: above what requests wait for, below what holds up everybody. */
const TIMEOUTS = { least: 5 * SECOND, most: 600 * SECOND };
const RECENT = 1_000;
/** The number of events of one address from which on it is likely a proxy's. */
const TELLING = 20;

/** Examines the database. `isBehindProxy` says whether `--trust-proxy` was given. */
export async function databaseFindings(connected: Connected, isBehindProxy: boolean): Promise<Finding[]> {
  const schema = await examine("migrations", () => migrations(connected));
  const findings = [
    schema,
    await examine("clock", () => clock(connected)),
    await examine("time-outs", () => timeouts(connected)),
  ];
  if (schema.status === "fail") return findings;
  return [
    await examine("writable", () => writable(connected)),
    ...findings,
    await examine("stored hashes", () => storedHashes(connected)),
    await examine("stored times", () => storedTimes(connected)),
    await examine("proxy", () => proxy(connected, isBehindProxy)),
  ];
}

async function migrations({ db, dialect }: Connected) {
  try {
    const database = migratedBy(db, dialect, "apply ssokey's with `ssokey migrate`");
    await requireNoOthers(database);
    const missing = await migrate(database, { dryRun: true });
    if (missing.length === 0) return ok("the tables are those of this version");
    return fail(`the database lacks ${missing.join(", ")}; apply them with \`ssokey migrate\``);
  } catch (error) {
    if (error instanceof MigrationError) return fail(error.message);
    throw error;
  }
}

async function writable({ db, dialect, system }: Connected) {
  try {
    await storageOver(db, dialect).probe();
    return ok("a sign-on can be written");
  } catch (error) {
    if (!isReadOnly(error) || system !== "PostgreSQL") throw error;
    const [row] = await db.query<{ standby: boolean }>("SELECT pg_is_in_recovery() AS standby", []);
    if (row?.standby) return fail("it is a standby, which takes no writes; connect to the primary");
    throw error;
  }
}

/** What selects the server's time in milliseconds. A file has the clock of this machine. */
const NOW: Partial<Record<System, string>> = {
  PostgreSQL: "SELECT (extract(epoch FROM clock_timestamp()) * 1000)::bigint::text AS now",
  MariaDB: "SELECT CAST(ROUND(UNIX_TIMESTAMP(SYSDATE(3)) * 1000) AS CHAR) AS now",
  libSQL: "SELECT CAST(ROUND((julianday('now') - 2440587.5) * 86400000) AS INTEGER) AS now",
};

/** Compares the clock of the process with the database's. */
export async function clock({ db, system }: Pick<Connected, "db" | "system">, now: () => number = Date.now) {
  const sql = NOW[system];
  if (sql === undefined) return ok("the database has the clock of this machine");
  const before = now();
  const [row] = await db.query<{ now: unknown }>(sql, []);
  const after = now();
  const skew = Math.abs(Number(row?.now) - (before + after) / 2) - (after - before) / 2;
  const told = `the clocks of this machine and of the database's differ by ${Math.round(skew / 100) / 10} s`;
  if (skew >= MOST_SKEW) return fail(`${told}; set both by NTP: 5 s are the most that servers may differ by`);
  return skew >= SECOND ? warn(`${told}; set both by NTP`) : ok("the clocks of this machine and of the database's agree");
}

async function timeouts(connected: Connected) {
  if (connected.system === "PostgreSQL") return postgresTimeouts(connected);
  if (connected.system === "MariaDB") return mariadbTimeouts(connected);
  return ok("the storage bounds each statement by itself");
}

async function postgresTimeouts({ db }: Connected) {
  const sql = `SELECT current_user AS role, (SELECT setting FROM pg_settings WHERE name = 'statement_timeout') AS timeout,
    current_setting('synchronous_commit') AS commit, current_setting('default_transaction_isolation') AS isolation`;
  const [row] = await db.query<{ role: string; timeout: string; commit: string; isolation: string }>(sql, []);
  const role = `"${row?.role.replaceAll('"', '""')}"`;
  if (row?.isolation !== "read committed")
    return fail(
      `the isolation level is ${row?.isolation}; say ALTER ROLE ${role} SET default_transaction_isolation = 'read committed'`,
    );
  if (row.commit === "off")
    return warn(`a crash loses tokens that were given; say ALTER ROLE ${role} SET synchronous_commit = 'on'`);
  return timeout(Number(row.timeout), "statement_timeout", (time) => `ALTER ROLE ${role} SET statement_timeout = '${time}s'`);
}

async function mariadbTimeouts({ db }: Connected) {
  const [version] = await db.query<{ version: string }>("SELECT VERSION() AS version", []);
  // MySQL has a bound on what reads alone.
  if (!/mariadb/i.test(String(version?.version))) return ok("the storage bounds each statement by itself");
  const sql = "SELECT @@max_statement_time AS timeout, @@innodb_flush_log_at_trx_commit AS durable";
  const [row] = await db.query<{ timeout: unknown; durable: unknown }>(sql, []);
  if (Number(row?.durable) !== 1) return warn("a crash loses tokens that were given; set innodb_flush_log_at_trx_commit to 1");
  const say = (time: number) => `ALTER USER … WITH MAX_STATEMENT_TIME ${time}`;
  return timeout(Number(row?.timeout) * SECOND, "max_statement_time", say);
}

function timeout(milliseconds: number, name: string, say: (seconds: number) => string) {
  const remedy = `say ${say(65)}`;
  if (milliseconds === 0)
    return warn(`\`${name}\` is off: what a client has given up goes on in the server, and keeps its locks; ${remedy}`);
  const time = `\`${name}\` is ${milliseconds / SECOND} s`;
  if (milliseconds < TIMEOUTS.least) return warn(`${time}, less than requests wait for; ${remedy}`);
  if (milliseconds > TIMEOUTS.most) return warn(`${time}: so long a statement may keep its locks; ${remedy}`);
  return ok(time);
}

/** The hash of a password that the operator has made unusable. */
const UNUSABLE = "!";

async function storedHashes({ db, dialect }: Connected) {
  const { passwords } = await loadCore();
  const hash = await passwords.hash("a password", "00".repeat(16));
  const costs = hash.split("$", 4).join("$");
  const sql = `SELECT CAST(COUNT(*) AS CHAR(20)) AS count FROM ${dialect.table("users")}
    WHERE password_hash NOT LIKE '${costs}$%' AND password_hash <> '${UNUSABLE}'`;
  const [row] = await db.query<{ count: unknown }>(sql, []);
  const count = Number(row?.count);
  if (count === 0) return ok("all password hashes have the costs of today");
  return warn(
    `${count} password hashes have other costs, which shows in the time of a sign-in, or cannot be read; see \`ssokey user hashes\``,
  );
}

async function storedTimes({ db, dialect }: Connected) {
  const [row] = await db.query<{ latest: unknown }>(`SELECT MAX(at) AS latest FROM ${dialect.table("events")}`, []);
  const ahead = Number(row?.latest ?? 0) - Date.now();
  if (ahead < MOST_SKEW) return ok("no event lies ahead of this machine's clock");
  return warn(
    `an event lies ${Math.round(ahead / SECOND)} s ahead: this machine's clock is wrong, or one of a server's was; set all by NTP`,
  );
}

async function proxy({ db, dialect }: Connected, isBehindProxy: boolean) {
  const sql = `SELECT source, CAST(COUNT(*) AS CHAR(20)) AS count
    FROM (SELECT source FROM ${dialect.table("events")} WHERE source IS NOT NULL ORDER BY id DESC LIMIT ${RECENT}) recent GROUP BY source`;
  const rows = await db.query<{ source: string; count: unknown }>(sql, []);
  const [only] = rows;
  if (rows.length !== 1 || Number(only?.count) < TELLING) return ok(isBehindProxy ? "a proxy is declared" : "no proxy shows");
  const told = `the last ${Number(only?.count)} requests of which there are events came from one address, ${only?.source}`;
  if (!isBehindProxy) return warn(`${told}; if it is your proxy's, name it by \`--trust-proxy\`: all clients share their limits`);
  return warn(`${told}; check that your proxy sets the header that \`--trust-proxy\` names`);
}
