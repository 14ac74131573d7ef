import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { writeFileSync } from "node:fs";
import { after, test } from "node:test";
import { fileURLToPath } from "node:url";
import { mariadb } from "../../dist/sql/mariadb/dialect.js";
import { postgres } from "../../dist/sql/postgres/dialect.js";
import { migrationsIn } from "../../dist/sql/schema.js";
import { temporaryFile } from "../database.mjs";
import { mariadbServer } from "./mariadb-server.mjs";
import { postgresServer } from "./postgres-server.mjs";

const SERVERS = {
  PostgreSQL: { server: await postgresServer(), dialect: postgres },
  MariaDB: { server: await mariadbServer(), dialect: mariadb },
};
const { server: onPostgres } = SERVERS.PostgreSQL;
const { server: onMariadb } = SERVERS.MariaDB;
after(() => Promise.all(Object.values(SERVERS).map(({ server }) => server.stop())), { timeout: 30_000 });

const CLI = fileURLToPath(new URL("../../dist/entries/cli.js", import.meta.url));
const EMAIL = ["--email", "it@partner.example"];
const PARTNER = ["--name", "Partner Ltd", "--domain", "partner.example", ...EMAIL];

function start(...args) {
  const child = spawn(process.execPath, [CLI, ...args], { stdio: ["ignore", "pipe", "pipe"] });
  const output = { stdout: "", stderr: "" };
  for (const stream of ["stdout", "stderr"]) {
    child[stream].setEncoding("utf8").on("data", (text) => (output[stream] += text));
  }
  return { child, ended: once(child, "close").then(([code]) => ({ code, ...output })) };
}

const run = (...args) => start(...args).ended;

for (const [name, { server, dialect }] of Object.entries(SERVERS)) {
  test(`every command works on a ${name} database, and a user is signed on`, async (context) => {
    const { url } = await server.database();
    const names = migrationsIn(dialect).map(({ name }) => name);
    const db = ["--db", url];
    const printed = async (...args) => {
      const { code, stdout, stderr } = await run(...args, ...db, "--json");
      assert.equal(code, 0, stderr);
      return JSON.parse(stdout);
    };
    assert.deepEqual((await printed("migrate", "--dry-run")).missing, names);
    assert.deepEqual((await printed("migrate")).applied, names);
    assert.deepEqual((await printed("migrate")).applied, []);
    assert.equal((await printed("company", "add", ...PARTNER)).domain, "partner.example");
    const { ssokey, keyId } = await printed("key", "issue", ...EMAIL);
    const [{ createdAt, ...key }] = await printed("key", "list", ...EMAIL);
    assert.deepEqual(key, { keyId, status: "enabled", expiresAt: null, lastUsedAt: null });
    assert.ok(createdAt <= Date.now() && createdAt > Date.now() - 600_000);
    assert.equal((await printed("product", "set", "--name", "email", "--launch-url", "https://mail.example/")).name, "email");
    assert.deepEqual(await printed("purge"), { purged: 0 });
    const password = temporaryFile(context);
    writeFileSync(password, "any\n");
    const add = ["user", "add", "--user", "bob@partner.example", "--email", "it@partner.example", "--password-file", password];
    const bob = await printed(...add);
    assert.equal(bob.managedBy, "local");
    assert.deepEqual(await printed("user", "list", ...EMAIL), [bob]);

    const { child, ended } = start("serve", ...db, "--port", "0");
    context.after(() => child.kill());
    const [line] = await once(child.stdout, "data");
    const body = new URLSearchParams({ email: "ann@partner.example", password: "any", ssokey, product: "email" });
    const response = await fetch(`${/http:\S+/.exec(line)[0]}/api/sso/authenticate`, { method: "POST", body });
    assert.equal((await response.json()).return.companyDomain, "partner.example");
    child.kill("SIGTERM");
    assert.equal((await ended).code, 0);

    const ann = [...EMAIL, "--user", "ann@partner.example"];
    assert.equal((await printed("user", "show", ...ann)).passwordKeyId, keyId);
    const taken = await run("user", "set", ...ann, "--new-email", "bob@partner.example", ...db);
    assert.match(taken.stderr, /the company has a user with this e-mail/);
    await printed("user", "set", ...ann, "--new-email", "lee@partner.example");
    await printed("user", "delete", ...EMAIL, "--user", "lee@partner.example", "--yes");
    assert.deepEqual(await printed("user", "list", ...EMAIL), [bob]);
    await printed("company", "delete", ...EMAIL, "--yes");
    assert.deepEqual(await printed("company", "list"), []);
    const kinds = (await printed("event", "list")).map(({ kind }) => kind);
    assert.deepEqual(kinds.slice(-4), ["user_created", "user_email_set", "user_deleted", "company_deleted"]);
  });
}

const REFUSED = [
  {
    title: "a database that is not there",
    url: () => onPostgres.urlOf("nowhere"),
    code: 1,
    says: /no database of that name; create it first/,
  },
  {
    title: "a user who is not there",
    url: () => onPostgres.urlOf("postgres", "nobody:s3cret"),
    code: 1,
    says: /refuses this user/,
  },
  {
    title: "a socket that is not there",
    url: () => "postgres://u:s3cret@localhost/x?host=/nowhere",
    code: 1,
    says: /on that socket/,
  },
  {
    title: "a port where nobody listens",
    url: () => "postgres://u:s3cret@127.0.0.1:1/x",
    code: 1,
    says: /no server listens there/,
  },
  { title: "a URL that cannot be read", url: () => "postgres://u:s3cret@host:port/x", code: 2, says: /the URL cannot be read/ },
  {
    title: "a MariaDB database that is not there",
    url: () => onMariadb.urlOf("nowhere"),
    code: 1,
    says: /no database of that name; create it first/,
  },
  {
    title: "a MariaDB user who is not there",
    url: () => onMariadb.urlOf("mysql", "nobody:s3cret"),
    code: 1,
    says: /refuses this user or the password/,
  },
  { title: "a MariaDB URL without a database", url: () => onMariadb.urlOf(""), code: 1, says: /the URL names no database/ },
  {
    title: "a MariaDB socket that is not there",
    url: () => "mysql://u:s3cret@localhost/x?socketPath=/nowhere",
    code: 1,
    says: /on that socket/,
  },
  {
    title: "a MariaDB port where nobody listens",
    url: () => "mariadb://u:s3cret@127.0.0.1:1/x",
    code: 1,
    says: /no server listens there/,
  },
  {
    title: "a MariaDB URL that cannot be read",
    url: () => "mariadb://u:s3cret@host:port/x",
    code: 2,
    says: /the URL cannot be read/,
  },
];

for (const { title, url, code, says } of REFUSED) {
  test(`${title} is told, and the password is not`, async () => {
    const outcome = await run("company", "add", "--db", url(), ...PARTNER);
    assert.match(outcome.stderr, says);
    assert.doesNotMatch(outcome.stderr, /s3cret| {4}at /);
    assert.deepEqual([outcome.code, outcome.stdout], [code, ""]);
  });
}
