// Each fault that `ssokey doctor` looks for, planted, and what it says of a database where all is well.

import assert from "node:assert/strict";
import { chmodSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { test } from "node:test";
import { clock } from "../dist/cli/doctor/database.js";
import { hashing, limited, secrets } from "../dist/cli/doctor/host.js";
import { partnerFile, start } from "./cli.mjs";
import { plant, temporaryFile } from "./database.mjs";

/** Runs the command, and returns its findings by name. */
async function doctor(args, options) {
  const { code, stdout, stderr } = await start(["doctor", "--json", ...args], options).ended;
  const { failed, findings } = JSON.parse(stdout);
  assert.equal(code, failed > 0 ? 1 : 0, stderr);
  assert.equal(stderr, failed > 0 ? `error: ${failed} of ${findings.length} checks failed\n` : "");
  return Object.fromEntries(findings.map(({ check, status, message }) => [check, `${status}: ${message}`]));
}

const event = (at, source) =>
  `INSERT INTO events (kind, reason, at, source) VALUES ('key_refused', 'unknown', ${at}, ${source === null ? "NULL" : `'${source}'`})`;

test("where all is well each line is ok, for people and for programs", async (context) => {
  const path = await partnerFile(context);
  const findings = await doctor(["--db", path]);
  const { hashing: hash, ...others } = findings;
  assert.match(hash, /^(ok|warn): a hash \(19 MiB, t=2, p=1\) takes \d+ ms/);
  assert.deepEqual(others, {
    database: "ok: it can be reached",
    writable: "ok: a sign-on can be written",
    migrations: "ok: the tables are those of this version",
    clock: "ok: the database has the clock of this machine",
    "time-outs": "ok: the storage bounds each statement by itself",
    "stored hashes": "ok: all password hashes have the costs of today",
    "stored times": "ok: no event lies ahead of this machine's clock",
    proxy: "ok: no proxy shows",
    limits: "ok: guesses are limited",
    secrets: "ok: nobody else may read the database",
  });
  const { stdout } = await start(["doctor", "--db", path]).ended;
  assert.match(stdout, /^ok {4}database {7}it can be reached\n/);
});

test("planted faults of a database are told with what to do", async (context) => {
  const path = await partnerFile(context);
  const ahead = Date.now() + 3_600_000;
  await plant(path, event(ahead, null), ...Array.from({ length: 25 }, () => event(1, "10.0.0.7")));
  const user = (
    email,
    hash,
  ) => `INSERT INTO users (company_id, email, login_id, display_name, is_creator, is_company_admin, permissions,
    password_hash, credential_version, managed_by, status) VALUES (1, '${email}', 'a', 'A', 0, 0, '[]', '${hash}', 1, 'partner', 'enabled')`;
  const hash = "$argon2id$v=19$m=65536,t=3,p=4$c2FsdHNhbHQ$dGFn";
  await plant(
    path,
    user("a@partner.example", hash),
    user("b@partner.example", "!"),
    user("c@partner.example", "secret-of-bcrypt"),
  );
  chmodSync(path, 0o644);
  const found = await doctor(["--db", path, "--limit", "none"]);
  assert.match(found["stored times"], /^warn: an event lies 3\d\d\d s ahead: .* set all by NTP$/);
  assert.match(found["stored hashes"], /^warn: 2 password hashes have other costs, .* see `ssokey user hashes`$/);
  assert.match(found.proxy, /^warn: the last 25 requests .* one address, 10\.0\.0\.7; .*`--trust-proxy`/);
  assert.match(found.limits, /^warn: no limit on direct sign-ins and on sign-ons to users who are managed locally/);
  assert.match(found.secrets, /^fail: others may read the database, .* chmod 600/);
  const declared = await doctor(["--db", path, "--trust-proxy", "x-forwarded-for=10.0.0.7"]);
  assert.match(declared.proxy, /^warn: .* check that your proxy sets the header/);
  await plant(path, event(1, "10.0.0.8"));
  assert.equal((await doctor(["--db", path])).proxy, "ok: no proxy shows");
});

test("migrations that are missing or of a newer version fail, and nothing is written then", async (context) => {
  const path = await partnerFile(context);
  await plant(path, "DELETE FROM ssokey_migrations WHERE name = '0003_probe'");
  const missing = await doctor(["--db", path]);
  assert.equal(missing.migrations, "fail: the database lacks 0003_probe; apply them with `ssokey migrate`");
  assert.equal(missing.writable, undefined);
  await plant(path, "INSERT INTO ssokey_migrations (name) VALUES ('0003_probe'), ('9999_new')");
  assert.match((await doctor(["--db", path])).migrations, /^fail: a newer version of ssokey was here: .*9999_new/);
});

test("a database that is not there, not one, or not to be written fails, and is not created", async (context) => {
  const path = temporaryFile(context);
  const { database, ...others } = await doctor(["--db", path]);
  assert.match(database, /^fail: there is no database at `.*`; create it/);
  assert.deepEqual(Object.keys(others), ["hashing", "limits", "secrets"]);
  writeFileSync(path, "no database, and longer than the head of one must be: ".repeat(20), { mode: 0o600 });
  assert.match((await doctor(["--db", path])).database, /^fail: cannot open the database `.*`: it is not a SQLite database/);
  const absent = "postgres://sso:secret-word@127.0.0.1:1/sso";
  assert.match((await doctor(["--db", absent])).database, /^fail: cannot open the PostgreSQL database: no server listens there/);
  const locked = await partnerFile(context);
  await plant(locked, "CREATE TRIGGER full BEFORE INSERT ON probe BEGIN SELECT RAISE(ABORT, 'secret-word'); END");
  const { writable } = await doctor(["--db", locked]);
  assert.match(writable, /^fail: /);
  assert.ok(!writable.includes("secret-word"));
});

test("no finding repeats a secret, wherever it was given", async (context) => {
  const url = "postgres://sso:secret-word@127.0.0.1:1/sso";
  const directory = dirname(temporaryFile(context));
  const file = join(directory, "ssokey.json");
  writeFileSync(file, JSON.stringify({ db: url }), { mode: 0o644 });
  const given = [
    [["--db", url], {}, /^warn: the database's password is in the command line/],
    [[], { env: { SSOKEY_DB: url } }, /^ok: /],
    [["--config", file], {}, /^fail: others may read `.*ssokey\.json`, which has the database's password; say chmod 600/],
    [["--db", "libsql://127.0.0.1:1"], { env: { SSOKEY_DB_TOKEN: "secret-word" } }, /^ok: /],
    [["--db", "libsql://db.invalid"], {}, /^warn: no token is set/],
  ];
  for (const [args, options, says] of given) {
    const { code, stdout, stderr } = await start(["doctor", ...args, "--json"], options).ended;
    assert.equal(code, 1);
    assert.ok(!`${stdout}${stderr}`.includes("secret-word"));
    const { message, status } = JSON.parse(stdout).findings.find(({ check }) => check === "secrets");
    assert.match(`${status}: ${message}`, says);
  }
});

test("clocks that differ by 5 s fail, by 1 s warn, and the time of the question counts for neither", async () => {
  const at = (time) => ({ system: "PostgreSQL", db: { query: async () => [{ now: String(time) }] } });
  assert.equal((await clock(at(10_000), () => 10_000)).status, "ok");
  assert.match((await clock(at(15_000), () => 10_000)).message, /differ by 5 s; set both by NTP/);
  assert.equal((await clock(at(5_000), () => 10_000)).status, "fail");
  assert.equal((await clock(at(12_000), () => 10_000)).status, "warn");
  const slow = [10_000, 18_000];
  assert.equal((await clock(at(17_000), () => slow.shift())).status, "ok");
});

test("threads are compared with memory, and a hash with what a request waits", () => {
  const gibibyte = 1_073_741_824;
  assert.equal(hashing({ threads: 4, memory: gibibyte, milliseconds: 30 }).status, "ok");
  assert.match(
    hashing({ threads: 32, memory: gibibyte, milliseconds: 30 }).message,
    /^32 threads that hash need 1720 MiB, .* 1024;/,
  );
  assert.equal(hashing({ threads: 1, memory: gibibyte, milliseconds: 600 }).status, "warn");
});

test("limits that guesses slip through are told, and direct sign-in that is off needs none", () => {
  const limit = { attempts: 10, window: 1000 };
  assert.equal(limited({ direct: limit, local: limit }, "on").status, "ok");
  assert.match(limited({ local: limit }, "on").message, /^no limit on direct sign-ins:/);
  assert.equal(limited({ local: limit }, "off").status, "ok");
});

test("a password in a URL is seen, whatever its form", () => {
  const of = (place) => secrets({ place, source: "cli", file: "none" }).status;
  for (const place of [
    "postgres://a:b@host/c",
    "postgres://host/c?user=a&password=b",
    "mysql://a:b@host/c",
    '"postgres://a:b@host/c"',
  ]) {
    assert.equal(of(place), "warn", place);
  }
  assert.equal(of("postgres://a@host/c"), "ok");
});
