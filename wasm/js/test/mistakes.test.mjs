// Mistakes that a newcomer makes, each of which has to be told with its cause and a remedy.

import assert from "node:assert/strict";
import { once } from "node:events";
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { createServer } from "node:http";
import { createServer as createTcpServer } from "node:net";
import { dirname, join } from "node:path";
import { test } from "node:test";
import { createClient } from "@libsql/client";
import { d1Storage } from "ssokey/d1";
import { mariadbStorage } from "ssokey/mariadb";
import { passwordPool } from "ssokey/pool";
import { postgresStorage } from "ssokey/postgres";
import { sqlite, sqlStorage } from "ssokey/sql";
import { sqliteStorage } from "ssokey/sqlite";
import { check, PARTNER, partnerFile, run, serve, start, UNPRIVILEGED } from "./cli.mjs";
import { temporaryFile, urlOf } from "./database.mjs";

const EMAIL = ["--email", "it@partner.example"];

for (const { title, args, says } of [
  { title: "of `--db`", args: ["key", "list", "--dbb", "x", ...EMAIL], says: /unknown option '--dbb'; did you mean `--db`\?/ },
  { title: "of `--port`", args: ["serve", "--prot=1"], says: /unknown option '--prot'; did you mean `--port`\?/ },
  { title: "of `--config`", args: ["purge", "--confg", "x"], says: /unknown option '--confg'; did you mean `--config`\?/ },
  {
    title: "like none",
    args: ["purge", "--colour", "x"],
    says: /unknown option '--colour'; known are --db, --events-older-than, --json/,
  },
])
  test(`a misspelling ${title} is told before what is missing`, () => check({ args, code: 2, says }));

for (const { title, text, says } of [
  { title: "a comma too many", text: '{\n  "port": 1,\n}', says: /line 3, column 1, there should be a name in double quotes/ },
  {
    title: "a comma too few",
    text: '{\r\n  "port": 1\r\n  "host": "h"\r\n}',
    says: /line 3, column 3, there should be `,` or `}`/,
  },
  { title: "no end", text: '{\n  "products": ["a", "b"', says: /line 2, column 24, there should be `,` or `]`/ },
  { title: "single quotes", text: "{'db': 's3cret'}", says: /line 1, column 2, there should be a name in double quotes/ },
  { title: "a value without quotes", text: '{"db":\n s3cret.db}', says: /line 2, column 2, there should be a value: a text/ },
  { title: "a quote that is not closed", text: '{"db": "s3cret}', says: /line 1, column 8, there should be a value: a text/ },
  { title: "a comment", text: '// s3cret\n{"db": "x"}', says: /line 1, column 1, there should be a value/ },
  { title: "two objects", text: '{"db": "x"}\n{"port": 1}', says: /line 2, column 1, there should be the end/ },
  { title: "no colon", text: '{"db" "s3cret"}', says: /line 1, column 7, there should be `:`/ },
  { title: "nothing in it", text: "", says: /line 1, column 1, there should be a value/ },
])
  test(`a configuration with ${title} is refused by line and column`, async (context) => {
    const cwd = dirname(temporaryFile(context));
    writeFileSync(join(cwd, "ssokey.json"), text);
    const { code, stderr } = await start(["purge"], { cwd }).ended;
    assert.match(stderr, new RegExp(`^error: the configuration \`ssokey.json\` is not JSON: at ${says.source}`));
    assert.doesNotMatch(stderr, /s3cret/);
    assert.equal(code, 2);
  });

test("a configuration may begin with the mark that Windows writes", async (context) => {
  const cwd = dirname(await partnerFile(context));
  writeFileSync(join(cwd, "ssokey.json"), '\uFEFF{"db": "sso.db"}');
  assert.equal((await start(["purge"], { cwd }).ended).code, 0);
});

/** Locks the database until the test ends. */
async function locked(context, path) {
  const client = createClient({ url: urlOf(path) });
  context.after(() => client.close());
  await client.transaction("write");
}

test("a database that a different process holds is told to be held, by commands and by the log of the server", async (context) => {
  const path = await partnerFile(context);
  const { url, child, ended } = await serve(context, ["--db", path]);
  const key = (await run("key", "issue", "--db", path, ...EMAIL)).stdout.trim();
  await locked(context, path);
  const says = /^error: cannot use the database `.*`: a different process holds the database; try again when it has ended\n$/;
  await check({ args: ["key", "issue", "--db", path, ...EMAIL], code: 1, says });
  const body = new URLSearchParams({ email: "ann@partner.example", password: "s3cret", ssokey: key, product: "email" });
  assert.equal((await fetch(`${url}/api/sso/authenticate`, { method: "POST", body })).status, 503);
  child.kill("SIGTERM");
  const [, { error }] = (await ended).stderr.split("\n").map((line) => JSON.parse(line || "{}"));
  assert.match(error, /^LibsqlError SQLITE_BUSY: a different process holds the database; try again/);
});

for (const { title, spoil, says } of [
  {
    title: "is no database",
    spoil: (path) => writeFileSync(path, "x".repeat(5000)),
    says: /it is not a SQLite database; choose another/,
  },
  { title: "is damaged", spoil: damage, says: /the file is damaged; restore it from a backup/ },
  {
    title: "may not be written",
    spoil: (path) => chmodSync(path, 0o400),
    says: /you may not write there; change its rights/,
  },
  {
    title: "is a link into nowhere",
    spoil(path) {
      rmSync(path);
      symlinkSync("no/sso.db", path);
    },
    says: /its directory does not exist; create/,
  },
])
  test(`a file that ${title} is told`, async (context) => {
    const path = await partnerFile(context);
    spoil(path);
    await check({ args: ["company", "add", "--db", path, ...PARTNER], code: 1, says, by: UNPRIVILEGED });
  });

function damage(path) {
  const bytes = readFileSync(path);
  bytes.fill(0xff, 4096);
  writeFileSync(path, bytes);
}

test("a command that is refused creates no file", async (context) => {
  const cwd = dirname(temporaryFile(context));
  const add = (...flags) => ["company", "add", ...PARTNER, ...flags];
  const set = (...flags) => ["product", "set", "--name", "email", "--launch-url", "https://m.example/", ...flags];
  const serving = (...flags) => ["serve", "--port", "0", "--events", "events.jsonl", ...flags];
  for (const [args, says] of [
    [add("--domain", "bad domain"), /`--domain` must/],
    [add("--email", "none"), /`--email` must/],
    [add("--name", ""), /`--name` must/],
    [add("--products", "nope"), /`--products` must/],
    [add("--server-products", "bad product"), /the settings are refused: `products`/],
    [set("--name", "nope"), /`--name` must/],
    [set("--launch-url", "http://m.example/"), /`--launch-url` must/],
    [set("--name", "nope", "--out", "secret"), /`--name` must/],
    [serving("--products", "bad product"), /the settings are refused: `products`/],
    [serving("--company", "bad domain"), /the settings are refused: `company`/],
    [serving("--token-lifetime", "1s"), /the settings are refused: `token-lifetime`/],
    [serving("--limit", "direct=1/1s", "--limit", "none"), /none goes first/],
    [serving("--events-older-than", "1d"), /needs `--purge-every`/],
  ]) {
    await check({ args: [...args, "--db", "new.db"], cwd, code: 2, says });
    assert.deepEqual(readdirSync(cwd), [], args.join(" "));
  }
});

test("bounds are told as the flag takes them, and the next step by its command", async (context) => {
  const db = ["--db", await partnerFile(context)];
  const rotate = ["product", "rotate", "--name", "meeting", ...db];
  const serving = ["serve", "--port", "0", ...db];
  for (const { args, env, code = 2, says } of [
    { args: [...rotate, "--overlap", "31d"], says: /`--overlap` must be `0s` to `30d`$/m },
    { args: serving, env: { SSOKEY_TOKEN_LIFETIME: "1s" }, says: /`token-lifetime` must be `1m` to `24h`$/m },
    { args: [...serving, "--code-lifetime", "11m"], says: /`code-lifetime` must be `10s` to `10m`$/m },
    { args: ["key", "issue", ...db, ...EMAIL, "--expires", "0"], says: /Give a whole number of days from 1 to 99999999/ },
    { args: ["key", "issue", ...db, ...EMAIL, "--expires", "100000000"], says: /Give a whole number of days from 1 to/ },
    { args: rotate, code: 1, says: /is not set; .* `ssokey product set --name … --launch-url …`$/m },
  ])
    await check({ args, env, code, says });
  await check({ args: [...rotate, "--overlap", "30d"], code: 1, says: /is not set/ });
  assert.equal((await run("key", "issue", ...db, ...EMAIL, "--expires", "99999999")).code, 0);
});

test("a path may hold what a URL has a meaning for", async (context) => {
  const directory = dirname(temporaryFile(context));
  for (const name of ["100%.db", "a b.db", "a%20b.db", "what?.db", "#1.db"]) {
    assert.equal((await run("company", "add", "--db", join(directory, name), ...PARTNER)).code, 0, name);
    assert.ok(existsSync(join(directory, name)), name);
  }
});

test("in one's own code the URL of a file is refused where it cannot be read, and a new file is its owner's", async (context) => {
  const path = temporaryFile(context);
  const message = /`url` of the SQLite file cannot be read; give `file:` and a path, and write `%` in it as `%25`/;
  for (const url of ["file:100%.db", `file:${path}?mode=ro`, `file://host${path}%`])
    await assert.rejects(sqliteStorage({ url }), { name: "TypeError", message }, url);
  (await sqliteStorage({ url: `file:${path}` })).close();
  assert.equal(statSync(path).mode & 0o777, 0o600);
});

for (const { title, args } of [
  { title: "a key", args: (db) => ["key", "issue", "--db", db, ...EMAIL] },
  { title: "a rotated key", args: (db) => ["key", "rotate", "--db", db, ...EMAIL, "--id", "1"] },
  {
    title: "a product's secret",
    args: (db) => ["product", "set", "--db", db, "--name", "email", "--launch-url", "https://m.example/"],
  },
])
  test(`${title} goes into a new file that its owner alone can read, and over none`, async (context) => {
    const db = await partnerFile(context);
    await run("key", "issue", "--db", db, ...EMAIL);
    const out = join(dirname(db), "secret");
    const { code, stdout } = await run(...args(db), "--out", out);
    assert.deepEqual([code, stdout, statSync(out).mode & 0o777], [0, "", 0o600]);
    const secret = readFileSync(out, "utf8");
    assert.match(secret, /^(ssok_\w{49}|[0-9a-f]{64})\n$/);
    await check({ args: [...args(db), "--out", out], code: 1, says: /there is one already; choose another path/ });
    await check({ args: [...args(db), "--out", join(out, "x")], code: 1, says: /its directory is a file; choose another path/ });
    assert.equal(readFileSync(out, "utf8"), secret);
  });

test("a secret that is to go into `-` is printed", async (context) => {
  const db = await partnerFile(context);
  const { code, stdout } = await run("key", "issue", "--db", db, ...EMAIL, "--out", "-");
  assert.equal(code, 0);
  assert.match(stdout, /^ssok_\w{49}\n$/);
  assert.ok(!existsSync("-"));
});

test("where no key is issued, no file is left, and where there is no file, no key is issued", async (context) => {
  const db = await partnerFile(context);
  const out = join(dirname(db), "secret");
  const args = ["key", "issue", "--db", db, "--email", "no@partner.example", "--out", out];
  await check({ args, code: 1, says: /no company has registered this e-mail/ });
  assert.ok(!existsSync(out));
  mkdirSync(out);
  await check({ args: ["key", "issue", "--db", db, ...EMAIL, "--out", out], code: 1, says: /there is one already/ });
  assert.equal((await run("key", "list", "--db", db, ...EMAIL)).stdout, "");
});

/** The URL of an HTTP server that answers every request so. */
async function httpServer(context, status) {
  const server = createServer((_, response) => response.writeHead(status).end("s3cret"));
  context.after(() => server.close());
  await once(server.listen(0, "127.0.0.1"), "listening");
  return `http://127.0.0.1:${server.address().port}`;
}

/** The URL of a server that says nothing, or that ends each connection. */
async function silent(context, scheme, isEnding) {
  const sockets = new Set();
  const server = createTcpServer((socket) => {
    sockets.add(socket.on("error", () => {}));
    if (isEnding) socket.destroy();
  });
  context.after(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  await once(server.listen(0, "127.0.0.1"), "listening");
  return `${scheme}://u:s3cret@127.0.0.1:${server.address().port}/x`.replace("http://u:s3cret@", "http://");
}

const LATE = /the server does not answer in time; check host, port and firewall/;
const CUT = /the connection was ended; try again, and look into the server's log/;
for (const { title, place, env, code = 1, says } of [
  {
    title: "libSQL where nobody listens",
    place: () => "http://127.0.0.1:2",
    says: /no server listens there; check host and port/,
  },
  { title: "libSQL by WebSocket where nobody listens", place: () => "ws://127.0.0.1:2", says: /no connection comes about/ },
  {
    title: "libSQL without the token",
    place: (context) => httpServer(context, 401),
    says: /refuses the token; set it by SSOKEY_DB_TOKEN/,
  },
  {
    title: "libSQL that is not there",
    place: (context) => httpServer(context, 404),
    says: /there is no database; check the URL/,
  },
  { title: "libSQL that fails", place: (context) => httpServer(context, 500), says: /the server fails; try again/ },
  { title: "libSQL that is silent", place: (context) => silent(context, "http", false), says: LATE },
  { title: "a token in the URL", place: () => "libsql://h/?authToken=s3cret", code: 2, says: /set it by SSOKEY_DB_TOKEN/ },
  {
    title: "a token that is none",
    place: () => "http://127.0.0.1:2",
    env: { SSOKEY_DB_TOKEN: "s3cret\nx" },
    code: 2,
    says: /^error: SSOKEY_DB_TOKEN is no token: it holds a space, a line end or/,
  },
  ...["http", "libsql", "ws"].map((scheme) => ({
    title: `a password in the URL of libSQL by ${scheme}`,
    place: () => `${scheme}://u:s3cret@127.0.0.1:2`,
    code: 2,
    says: /a user and a password have no place in the URL .* token by SSOKEY_DB_TOKEN/,
  })),
  ...["mariadb://u:s3cret%zz@h/x", "mariadb://u:s3/cret@h/x", "postgres://u:s3/cret@h/x"].map((url) => ({
    title: `a password that is not percent-encoded, ${url},`,
    place: () => url,
    code: 2,
    says: /the URL cannot be read; give one like `.*`, and percent-encode a password in it/,
  })),
  {
    title: "a parameter that is none",
    place: () => "libsql://h/?colour=s3cret",
    code: 2,
    says: /the URL cannot be read; give one like/,
  },
  { title: "PostgreSQL that is silent", place: (context) => silent(context, "postgres", false), says: LATE },
  { title: "PostgreSQL that hangs up", place: (context) => silent(context, "postgres", true), says: CUT },
  { title: "MariaDB that is silent", place: (context) => silent(context, "mariadb", false), says: LATE },
  { title: "MariaDB that hangs up", place: (context) => silent(context, "mariadb", true), says: CUT },
  {
    title: "PostgreSQL on an unknown host",
    place: () => "postgres://u:s3cret@no-host.invalid/x",
    says: /the host is unknown|name service/,
  },
  {
    title: "MariaDB with a wrong `ssl`",
    place: () => "mariadb://u:s3cret@h/x?ssl=true",
    says: /write `\?ssl=\{"rejectUnauthorized":true\}`/,
  },
  {
    title: "PostgreSQL with a certificate that is not there",
    place: () => "postgres://u:s3cret@h/x?sslrootcert=/no",
    says: /a file that the URL names cannot be read/,
  },
])
  test(`${title} is told, and no secret is`, { timeout: 30_000 }, async (context) => {
    const args = ["company", "add", "--db", await place(context), ...PARTNER];
    const { code: ended, stdout, stderr } = await start(args, { env }).ended;
    assert.match(stderr, says);
    assert.doesNotMatch(stderr, /s3cret| {4}at /);
    assert.deepEqual([ended, stdout], [code, ""]);
  });

test("an address that is not this machine's, and a port that is not one's own, are told", async (context) => {
  const args = ["serve", "--db", await partnerFile(context), "--port", "0", "--host"];
  await check({ args: [...args, "192.0.2.1"], code: 1, says: /on 192\.0\.2\.1, port 0: .* no such address; choose another$/m });
  const admin = ["serve", "--db", await partnerFile(context), "--port", "0", "--admin-listen", "192.0.2.1:0"];
  await check({ args: admin, code: 1, says: /port 0 for --admin-listen: .* no such address; choose another$/m });
  // No address would be all of them, and the server would not end.
  const refused = { code: 2, says: /Give an address such as 127\.0\.0\.1/, timeout: 20_000 };
  await check({ args: [...args, ""], ...refused });
  await check({ args: args.slice(0, -1), env: { SSOKEY_HOST: "" }, ...refused });
  await check({ args: [...args, "http://localhost"], code: 1, says: /the name is unknown; choose another$/m });
});

test("an option that a storage or a pool does not have is refused", async () => {
  const message = /no option `foo`; the options are `/;
  await assert.rejects(sqliteStorage({ url: ":memory:", foo: 1 }), { name: "SettingsError", message });
  assert.throws(() => passwordPool({ foo: 1 }), { name: "SettingsError", message });
});

test("a number of an address that is none is refused: what waits for it would wait for ever", async () => {
  for (const [open, url, name] of [
    [sqliteStorage, ":memory:", "busyTimeout"],
    ...["connections", "connectTimeout", "statementTimeout"].flatMap((name) => [
      [postgresStorage, "postgres://127.0.0.1:1/x", name],
      [mariadbStorage, "mariadb://127.0.0.1:1/x", name],
    ]),
  ]) {
    const message = new RegExp(`^\`${name}\` must be a whole number from [01] to 600000$`);
    for (const wrong of ["5000", "x", Number.NaN, Number.POSITIVE_INFINITY, -1, 1.5, null])
      await assert.rejects(open({ url, [name]: wrong }), { name: "SettingsError", message });
  }
});

const SQLITE = /the SQLite storage needs `\{ url \}`, such as `\{ url: "file:sso.db" \}`: a path begins with `file:`/;
const POOLED = /storage needs `\{ url: "\w+:\/\/…" \}`, or `\{ pool \}` with a pool of its driver/;
const BINDING = /needs the binding of a database; check the binding's name, such as `env\.DB`/;
const EXECUTOR = /needs an executor with `query`, `change` and `transaction`, and the dialect `sqlite`, `postgres` or `mariadb`/;
for (const { title, open, message } of [
  { title: "a path in the place of an object", open: () => sqliteStorage("sso.db"), message: SQLITE },
  { title: "a path in the place of a URL", open: () => sqliteStorage({ url: "sso.db" }), message: SQLITE },
  { title: "a misspelt `url`", open: () => sqliteStorage({ uri: "file:sso.db" }), message: SQLITE },
  { title: "a URL that is null", open: () => sqliteStorage({ url: null }), message: SQLITE },
  { title: "a URL in the place of an object", open: () => postgresStorage("postgres://u:s3cret@h/x"), message: POOLED },
  { title: "no address", open: () => postgresStorage(), message: POOLED },
  { title: "a URL that the environment lacks", open: () => mariadbStorage({ url: undefined }), message: POOLED },
  { title: "a pool that is none", open: () => mariadbStorage({ pool: Promise.resolve() }), message: POOLED },
  { title: "a pool that is not there", open: () => postgresStorage({ pool: undefined }), message: POOLED },
  { title: "a binding that the Worker lacks", open: () => d1Storage(undefined), message: BINDING },
  { title: "what is no binding", open: () => d1Storage({}), message: BINDING },
  { title: "an executor without a method", open: () => sqlStorage({ query() {}, change() {} }, sqlite), message: EXECUTOR },
  { title: "no dialect", open: () => sqlStorage({ query() {}, change() {}, transaction() {} }), message: EXECUTOR },
])
  test(`in one's own code ${title} is refused, with what is needed`, () =>
    assert.rejects(open(), (error) => {
      assert.equal(error.name, "TypeError");
      assert.match(error.message, message);
      assert.doesNotMatch(error.message, /s3cret/);
      return true;
    }));
