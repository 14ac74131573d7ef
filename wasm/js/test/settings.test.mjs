import assert from "node:assert/strict";
import { mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { test } from "node:test";
import { check, partnerFile, serve, start } from "./cli.mjs";
import { temporaryFile } from "./database.mjs";

/** A directory with a database of a company, and with that `ssokey.json`. */
async function directoryWith(context, settings) {
  const cwd = dirname(await partnerFile(context));
  if (settings !== undefined) writeFileSync(join(cwd, "ssokey.json"), JSON.stringify(settings));
  return cwd;
}

const COMPANY = ["--email", "it@partner.example", "--json"];
const LIST = ["key", "list", ...COMPANY];

test("the database may come from the environment, the file of the directory, or a file that is named", async (context) => {
  const cwd = await directoryWith(context);
  writeFileSync(join(cwd, "named.json"), '{"db": "sso.db", "legacy-status": true}');
  const outcome = async (args, env) => {
    const { code, stdout } = await start(args, { cwd, env }).ended;
    return [code, stdout];
  };
  assert.deepEqual(await outcome(LIST, {}), [2, ""]);
  assert.deepEqual(await outcome(LIST, { SSOKEY_DB: "sso.db" }), [0, "[]\n"]);
  assert.deepEqual(await outcome([...LIST, "--config", "named.json"]), [0, "[]\n"]);
  assert.deepEqual(await outcome(["--config", "named.json", ...LIST]), [0, "[]\n"]);
  assert.deepEqual(await outcome(LIST, { SSOKEY_CONFIG: "named.json" }), [0, "[]\n"]);
  writeFileSync(join(cwd, "ssokey.json"), '{"db": "sso.db"}');
  assert.deepEqual(await outcome(LIST), [0, "[]\n"]);
  assert.deepEqual(await outcome([...LIST.slice(0, 2), ...COMPANY, "--db", "none.db"]), [1, ""]);
});

test("a path in the file is relative to that file, one in a flag or a variable to the working directory", async (context) => {
  const cwd = await directoryWith(context, { db: "sso.db" });
  const elsewhere = dirname(temporaryFile(context));
  const file = join(cwd, "ssokey.json");
  const outcome = async (args, options) => (await start([...LIST, ...args], options).ended).code;
  assert.equal(await outcome(["--config", file], { cwd: elsewhere }), 0);
  assert.equal(await outcome(["--config", relative(elsewhere, file)], { cwd: elsewhere }), 0);
  assert.equal(await outcome(["--config", file, "--db", "sso.db"], { cwd: elsewhere }), 1);
  assert.equal(await outcome(["--config", file], { cwd: elsewhere, env: { SSOKEY_DB: "sso.db" } }), 1);
  writeFileSync(join(elsewhere, "ssokey.json"), JSON.stringify({ db: join(cwd, "sso.db") }));
  assert.equal(await outcome([], { cwd: elsewhere }), 0);
});

test("every setting that is a path is relative to the file, and events that are printed have none", async (context) => {
  const cwd = await directoryWith(context, { db: "sso.db", events: "events.jsonl" });
  const elsewhere = dirname(temporaryFile(context));
  const file = join(cwd, "ssokey.json");
  const stop = async ({ child, ended }) => {
    child.kill("SIGTERM");
    await ended;
  };
  await stop(await serve(context, ["--config", file], { cwd: elsewhere }));
  writeFileSync(file, JSON.stringify({ db: "sso.db", events: "-" }));
  await stop(await serve(context, ["--config", file], { cwd: elsewhere }));
  await stop(await serve(context, ["--config", file, "--events", "flag.jsonl"], { cwd: elsewhere }));
  assert.deepEqual(readdirSync(elsewhere), ["flag.jsonl"]);
  assert.deepEqual(readdirSync(cwd).sort(), ["events.jsonl", "sso.db", "ssokey.json"]);
});

/** Returns whether errors come with status 200, by which each level can tell its own. */
async function isLegacy(context, { args = [], env, file }) {
  const cwd = await directoryWith(context, { db: "sso.db", ...file });
  const { url, child, ended } = await serve(context, args, { cwd, env });
  const { status } = await fetch(`${url}/none`);
  child.kill("SIGTERM");
  await ended;
  return status === 200;
}

const LEVELS = [
  { title: "the default", expected: false },
  { title: "the file outweighs the default", file: { "legacy-status": true }, expected: true },
  {
    title: "the environment outweighs the file",
    file: { "legacy-status": true },
    env: { SSOKEY_LEGACY_STATUS: "false" },
    expected: false,
  },
  {
    title: "a flag outweighs the environment and the file",
    file: { "legacy-status": false },
    env: { SSOKEY_LEGACY_STATUS: "false" },
    args: ["--legacy-status"],
    expected: true,
  },
  { title: "a flag can be taken back", file: { "legacy-status": true }, args: ["--legacy-status", "false"], expected: false },
];
for (const { title, expected, ...levels } of LEVELS) {
  test(`of the settings, ${title}`, async (context) => assert.equal(await isLegacy(context, levels), expected));
}

test("a flag or a variable replaces what the file lists, and uses of a flag add up", async (context) => {
  const unlimited = async (limit, args, env) => {
    const cwd = await directoryWith(context, { db: "sso.db", limit });
    const { stdout } = await start(["doctor", "--json", ...args], { cwd, env }).ended;
    const { message } = JSON.parse(stdout).findings.find(({ check }) => check === "limits");
    return ["direct sign-ins", "managed locally"].filter((said) => message.includes(said));
  };
  assert.deepEqual(await unlimited(["none"], []), ["direct sign-ins", "managed locally"]);
  assert.deepEqual(await unlimited(["none"], ["--limit", "direct=10/15m"]), []);
  assert.deepEqual(await unlimited(["none"], [], { SSOKEY_LIMIT: "direct=10/15m" }), []);
  assert.deepEqual(await unlimited(["direct=5/1h"], [], { SSOKEY_LIMIT: "none" }), ["direct sign-ins", "managed locally"]);
  const twice = ["--limit", "none", "--limit", "direct=5/1h"];
  assert.deepEqual(await unlimited(["local=5/1h"], twice, { SSOKEY_LIMIT: "local=5/1h" }), ["managed locally"]);
});

test("every setting of the server may stand in the file, or in the environment", async (context) => {
  const settings = {
    db: "sso.db",
    port: 0,
    host: "127.0.0.1",
    company: "partner.example",
    products: ["email", "calendar"],
    "token-lifetime": "8h",
    "code-lifetime": "90s",
    "legacy-status": true,
    log: "off",
  };
  const variable = (name) => `SSOKEY_${name.toUpperCase().replace("-", "_")}`;
  const environment = Object.entries(settings).map(([name, value]) => [variable(name), String(value)]);
  const places = [
    { cwd: await directoryWith(context, settings) },
    { cwd: await directoryWith(context), env: Object.fromEntries(environment) },
  ];
  for (const place of places) {
    const { url, child, ended } = await serve(context, [], place);
    const response = await fetch(`${url}/api/authenticate?userid=ann@partner.example&password=one`);
    assert.deepEqual([response.status, (await response.json()).error.code], [200, 4011]);
    const codeOf = async (product) => (await (await fetch(`${url}/api/session?product=${product}`)).json()).error.code;
    assert.deepEqual([await codeOf("calendar"), await codeOf("meeting")], [4012, 4003]);
    child.kill("SIGTERM");
    assert.equal((await ended).stderr, "");
  }
});

const REFUSED = [
  { title: "an unknown name", file: '{"prot": 1}', says: /`ssokey.json` has an unknown setting `prot`; did you mean `port`\?/ },
  { title: "a name of JavaScript", file: '{"legacyStatus": true}', says: /did you mean `legacy-status`\?/ },
  {
    title: "a name like none",
    file: '{"colour": "red"}',
    says: /known are db, port, host, admin-listen, db-wait, company, products, token-lifetime, code-lifetime, legacy-status, log/,
  },
  { title: "an option that is no setting", file: '{"json": true}', says: /unknown setting `json`/ },
  { title: "a text for a number", file: '{"port": "8443"}', says: /`port` in `ssokey.json` is refused: it has to be a number/ },
  { title: "a number out of bounds", file: '{"port": 65536}', says: /refused: Give a number from 0 to 65535/ },
  { title: "a number for a text", file: '{"db": 5477}', says: /`db` in `ssokey.json` is refused: it has to be a string/ },
  { title: "a text for a truth", file: '{"legacy-status": "true"}', says: /refused: it has to be a boolean/ },
  { title: "nothing for a text", file: '{"host": null}', says: /refused: it has to be a string/ },
  {
    title: "a text for a list",
    file: '{"products": "a,b"}',
    says: /`products` in `ssokey.json` is refused: it has to be a list/,
  },
  { title: "numbers in a list", file: '{"products": [5477]}', says: /refused: it has to be a list/ },
  { title: "nothing for a list", file: '{"products": null}', says: /refused: it has to be a list/ },
  {
    title: "a number for a duration",
    file: '{"token-lifetime": 5477}',
    says: /`token-lifetime` in `ssokey.json` is refused: Give a whole number with its unit/,
  },
  { title: "an unknown word", file: '{"log": "xml"}', says: /refused: Allowed choices are json, text, off/ },
  { title: "a list", file: '["s3cret"]', says: /is not a JSON object; write one like/ },
  {
    title: "no JSON",
    file: '{"db": "postgres://u:s3cret@h/d',
    says: /is not JSON: at line 1, column 8, there should be a value/,
  },
];
for (const { title, file, says } of REFUSED) {
  test(`a configuration with ${title} is refused, and no value of it is told`, async (context) => {
    const cwd = dirname(temporaryFile(context));
    writeFileSync(join(cwd, "ssokey.json"), file);
    const { code, stdout, stderr } = await start(LIST, { cwd }).ended;
    assert.match(stderr, says);
    assert.doesNotMatch(stderr, /s3cret|8443|5477|colour": "red| {4}at /);
    assert.deepEqual([code, stdout], [2, ""]);
  });
}

test("a configuration that cannot be read is told", async (context) => {
  const cwd = dirname(temporaryFile(context));
  mkdirSync(join(cwd, "directory"));
  await check({ args: [...LIST, "--config", "none.json"], cwd, code: 2, says: /`none.json`: there is no such file; check/ });
  await check({ args: [...LIST, "--config", "directory"], cwd, code: 2, says: /it is a directory; name a file in it/ });
});

test("help is given whatever the configuration holds", async (context) => {
  const cwd = await directoryWith(context, ["no settings"]);
  for (const args of [
    ["serve", "--help"],
    ["key", "list", "-h"],
    ["help", "serve"],
  ]) {
    assert.equal((await start(args, { cwd }).ended).code, 0, args.join(" "));
  }
});

test("a variable that is refused is named", async () => {
  const args = ["serve", "--db", "x"];
  await check({ args, env: { SSOKEY_PORT: "http" }, code: 2, says: /from env 'SSOKEY_PORT' is invalid. Give a number/ });
  const env = { SSOKEY_PORT: "0", SSOKEY_LEGACY_STATUS: "yes" };
  await check({ args, env, code: 2, says: /from env 'SSOKEY_LEGACY_STATUS' is invalid. Give true or false/ });
});

const NO_PLACE = /neither a path nor a URL of PostgreSQL, .* without quotes or spaces around it, and percent-encode a password/;
const ADD = ["company", "add", "--name", "A", "--domain", "a.example", "--email", "it@a.example"];

for (const db of [
  "",
  "mssql://u:s3cret@h/d",
  "postgres:/u:s3cret@h",
  "Postgres://u:s3cret@h/d",
  "file:sso.db",
  '"postgres://u:s3cret@h/d"',
  "'libsql://h.s3cret'",
  " postgres://u:s3cret@h/d",
  "mariadb://u:s3cret@h/d\n",
  'postgres://u:s3cret@h/d"',
  "postgres//u:s3cret@h/d",
  "postgres//u:s3/cret:s3cret@h/d",
  "u:s3cret@h/d",
  "//h/d?user=u&password=s3cret",
  "host=h user=u password = s3cret",
  "libsql//h?authToken=s3cret",
  "s3cret.db ",
])
  test(`a database that is neither path nor URL is refused, and not repeated: ${JSON.stringify(db)}`, async (context) => {
    const cwd = dirname(temporaryFile(context));
    writeFileSync(join(cwd, "named.json"), JSON.stringify({ db }));
    const refused = async (args, env) => {
      const { code, stdout, stderr } = await start(args, { cwd, env }).ended;
      assert.match(stderr, NO_PLACE);
      assert.doesNotMatch(stderr, /s3cret/);
      assert.deepEqual([code, stdout], [2, ""]);
    };
    await refused([...LIST, "--db", db]);
    await refused(ADD, { SSOKEY_DB: db });
    await refused(["purge", "--config", "named.json"]);
    assert.deepEqual(readdirSync(cwd), ["named.json"]);
  });

test("no command repeats the URL of a database that is malformed", async (context) => {
  const cwd = dirname(temporaryFile(context));
  const env = { SSOKEY_DB: '"postgres://u:s3cret@h/d"' };
  for (const args of [["serve", "--port", "0"], ["migrate"], ["migrate", "--dry-run"], ["doctor"]]) {
    const { code, stdout, stderr } = await start(args, { cwd, env }).ended;
    assert.match(`${stdout}${stderr}`, NO_PLACE);
    assert.doesNotMatch(`${stdout}${stderr}`, /s3cret/);
    assert.equal(code, args[0] === "doctor" ? 1 : 2);
  }
});

test("a path may hold a colon, or an @", async (context) => {
  const cwd = dirname(temporaryFile(context));
  for (const db of ["./a:b.db", "me@h.db", "it's.db"])
    assert.equal((await start([...ADD, "--db", db], { cwd }).ended).code, 0, db);
});
