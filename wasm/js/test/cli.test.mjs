import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { cpSync, readFileSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { sqliteStorage } from "ssokey/sqlite";
import { check, PARTNER, partnerFile, run, start } from "./cli.mjs";
import { given, saveCode, saveToken } from "./contract.mjs";
import { tablesOf, temporaryFile, urlOf } from "./database.mjs";

const COMMANDS = [
  "serve",
  ...["add", "list", "sign-out", "disable", "enable"].map((name) => `company ${name}`),
  ...["issue", "list", "rotate", "revoke", "disable", "enable"].map((name) => `key ${name}`),
  ...["add", "list", "disable", "enable", "sign-out", "manage"].map((name) => `user ${name}`),
  ...["list", "set", "rotate"].map((name) => `product ${name}`),
  "event list",
  "purge",
  "playground",
  "init",
  "migrate",
];
for (const command of [...COMMANDS.map((line) => line.split(" ")), []]) {
  test(`the help of \`${["ssokey", ...command].join(" ")}\` holds examples`, async () => {
    const { code, stdout, stderr } = await run(...command, "--help");
    assert.match(stdout, new RegExp(`Usage: ${["ssokey", ...command].join(" ")}.*Examples:\n {2}\\$ ssokey `, "s"));
    assert.deepEqual([code, stderr], [0, ""]);
  });
}

test("the help of a flag that may be taken back tells its default, and nothing else", async () => {
  const { stdout } = await run("serve", "--help");
  assert.match(stdout, /success\s+\(default:\s+false,\s+env:\s+SSOKEY_LEGACY_STATUS\)/);
  assert.doesNotMatch(stdout, /preset/);
});

test("the version is the package's", async () => {
  const { version } = JSON.parse(readFileSync(new URL("../package.json", import.meta.url)));
  assert.deepEqual(await run("--version"), { code: 0, signal: null, stdout: `${version}\n`, stderr: "" });
});

test("an older Node is told which it needs, before anything else", () => {
  const older = "data:text/javascript,Object.defineProperty(process.versions,'node',{value:'18.20.8'})";
  return check({
    node: ["--import", older],
    args: ["--help"],
    code: 1,
    says: /^error: this is Node 18\.20\.8; ssokey needs Node 20 or later\n$/,
  });
});

test("a company is added and printed", async (context) => {
  const path = temporaryFile(context);
  const args = ["company", "add", "--db", path, ...PARTNER, "--products", "meeting,email", "--json"];
  const { code, stdout } = await run(...args);
  const company = {
    companyId: 1,
    name: "Partner Ltd",
    domain: "partner.example",
    email: "it@partner.example",
    products: ["email", "meeting"],
    emailDomains: [],
    accountType: "ENTERPRISE",
    domainOwnershipVerified: false,
    domainMxVerified: false,
    status: "enabled",
  };
  assert.deepEqual([code, JSON.parse(stdout)], [0, company]);
});

test("a company is disabled, which says what that means, enabled and listed", async (context) => {
  const path = await partnerFile(context);
  const of = ["--db", path, "--email", "IT@partner.example"];
  const disabled = await run("company", "disable", ...of, "--json");
  assert.deepEqual([disabled.code, JSON.parse(disabled.stdout)], [0, { email: "it@partner.example", status: "disabled" }]);
  assert.match(
    disabled.stderr,
    /^its keys, sign-ins, tokens and codes are refused from now on; the tokens stay ended when it is enabled\n$/,
  );
  const listed = "company 1: Partner Ltd, partner.example, registered e-mail it@partner.example, ";
  assert.equal((await run("company", "list", "--db", path)).stdout, `${listed}disabled\n`);
  assert.deepEqual(await run("company", "enable", ...of), {
    code: 0,
    signal: null,
    stdout: "company it@partner.example: enabled\n",
    stderr: "",
  });
  assert.equal((await run("company", "list", "--db", path)).stdout, `${listed}enabled\n`);
  const nobody = ["company", "disable", "--db", path, "--email", "it@other.example"];
  await check({
    args: nobody,
    code: 1,
    says: /no company has registered this e-mail; see which there are with `ssokey company list`/,
  });
});

test("the database can be read by its owner alone", async (context) => {
  assert.equal(statSync(await partnerFile(context)).mode & 0o777, 0o600);
});

// proves: SSO-KEY-004
test("a key is printed once, and its digest alone is stored", async (context) => {
  const path = await partnerFile(context);
  const { code, stdout, stderr } = await run("key", "issue", "--db", path, "--email", "it@partner.example");
  assert.equal(code, 0);
  assert.match(stdout, /^ssok_[0-9A-Za-z]{49}\n$/);
  assert.match(stderr, /not shown again/);
  assert.ok(!stderr.includes("ssok_"));
  const { keys } = await tablesOf(path);
  assert.deepEqual([keys.length, keys[0].status, keys[0].expires_at], [1, "enabled", null]);
  assert.match(keys[0].digest, /^[0-9a-f]{64}$/);
  assert.ok(!readFileSync(path).includes(stdout.trim()));
});

test("a key may expire after some days", async (context) => {
  const path = await partnerFile(context);
  const before = Date.now();
  const args = ["key", "issue", "--db", path, "--email", "It@partner.example", "--expires", "30", "--json"];
  const issued = JSON.parse((await run(...args)).stdout);
  assert.deepEqual(Object.keys(issued), ["keyId", "companyId", "ssokey", "expiresAt"]);
  const days = (issued.expiresAt - before) / 86_400_000;
  assert.ok(days >= 30 && days < 30.01);
  assert.equal((await tablesOf(path)).keys[0].expires_at, issued.expiresAt);
});

test("a key is rotated: the old one is revoked with it, or left as it is", async (context) => {
  const path = await partnerFile(context);
  const of = ["--db", path, "--email", "it@partner.example"];
  await run("key", "issue", ...of);
  const { code, stdout, stderr } = await run("key", "rotate", ...of, "--id", "1");
  assert.equal(code, 0);
  assert.match(stdout, /^ssok_[0-9A-Za-z]{49}\n$/);
  assert.match(stderr, /key 1 is revoked/);
  assert.match((await run("key", "rotate", ...of, "--id", "2", "--keep")).stderr, /key 2 is as it was/);
  const { keys } = await tablesOf(path);
  assert.deepEqual(
    keys.map(({ status }) => status),
    ["revoked", "enabled", "enabled"],
  );
});

test("keys are listed, disabled, enabled and revoked", async (context) => {
  const path = await partnerFile(context);
  const of = ["--db", path, "--email", "it@partner.example"];
  const { code: none, stdout: nothing, stderr: hint } = await run("key", "list", ...of);
  assert.deepEqual([none, nothing], [0, ""]);
  assert.match(hint, /has no key; issue one with `ssokey key issue`/);
  const key = (await run("key", "issue", ...of)).stdout.trim();
  const { expiresAt } = JSON.parse((await run("key", "issue", ...of, "--expires", "2", "--json")).stdout);
  for (const [name, status] of [
    ["disable", "disabled"],
    ["enable", "enabled"],
    ["revoke", "revoked"],
  ]) {
    const { code, stdout } = await run("key", name, ...of, "--id", "1", "--json");
    assert.deepEqual([code, JSON.parse(stdout)], [0, { keyId: 1, status }]);
    const listed = await run("key", "list", ...of, "--json");
    const keys = [
      { keyId: 1, status, expiresAt: null, lastUsedAt: null },
      { keyId: 2, status: "enabled", expiresAt, lastUsedAt: null },
    ];
    const shown = JSON.parse(listed.stdout).map(({ createdAt: _, ...key }) => key);
    assert.deepEqual([listed.code, shown], [0, keys]);
  }
  const { stdout } = await run("key", "list", ...of);
  const [one, two] = JSON.parse((await run("key", "list", ...of, "--json")).stdout).map(({ createdAt }) => new Date(createdAt));
  const times = ["does not expire", `expires ${new Date(expiresAt).toISOString()}`];
  const lines = [
    `key 1: revoked, ${times[0]}, issued ${one.toISOString()}, never used\n`,
    `key 2: enabled, ${times[1]}, issued ${two.toISOString()}, never used\n`,
  ];
  assert.equal(stdout, lines.join(""));
  assert.equal((await run("key", "disable", ...of, "--id", "2")).stdout, "key 2: disabled\n");
  assert.ok(!stdout.includes(key));
});

test("a key that is revoked, of another company or unknown is not changed, and it says where to look", async (context) => {
  const path = await partnerFile(context);
  const other = ["--name", "Other", "--domain", "other.example", "--email", "it@other.example"];
  await run("company", "add", "--db", path, ...other);
  await run("key", "issue", "--db", path, "--email", "it@partner.example");
  await run("key", "revoke", "--db", path, "--email", "it@partner.example", "--id", "1");
  await run("key", "issue", "--db", path, "--email", "it@partner.example");
  const { keys } = await tablesOf(path);
  const says = /no such key, or it is revoked; see which it has with `ssokey key list`/;
  for (const [email, id] of [
    ["it@partner.example", "1"],
    ["it@other.example", "2"],
    ["it@partner.example", "3"],
  ]) {
    await check({ args: ["key", "enable", "--db", path, "--email", email, "--id", id], code: 1, says });
    await check({ args: ["key", "rotate", "--db", path, "--email", email, "--id", id], code: 1, says });
  }
  const nobody = ["key", "revoke", "--db", path, "--email", "no@partner.example", "--id", "2"];
  await check({ args: nobody, code: 1, says: /no company has registered this e-mail/ });
  assert.deepEqual((await tablesOf(path)).keys, keys);
});

test("a user is shown, gets a different e-mail and is deleted, for which it asks to be confirmed", async (context) => {
  const path = await partnerFile(context);
  const of = ["--db", path, "--email", "it@partner.example"];
  const password = join(dirname(path), "password");
  writeFileSync(password, "correct horse");
  for (const user of ["ann@partner.example", "bob@partner.example"]) {
    await run("user", "add", ...of, "--user", user, "--password-file", password);
  }
  const shown = await run("user", "show", ...of, "--user", "ann@partner.example");
  assert.match(shown.stdout, /^user 1: ann@partner.example, enabled, managed by local\nlogin id: ann@partner.example\n/);
  assert.match(shown.stdout, /\npermissions: none\npassword: set by no key, nobody said when\n$/);
  const { user, issuedAt } = JSON.parse((await run("user", "show", ...of, "--user", "ann@partner.example", "--json")).stdout);
  assert.deepEqual([user.userId, issuedAt], [1, null]);
  const rename = ["user", "set", ...of, "--user", "ann@partner.example", "--new-email"];
  await check({ args: [...rename, "bob@partner.example"], code: 1, says: /has a user with this e-mail; see whom it has/ });
  await check({ args: [...rename, "bob"], code: 2, says: /`--new-email` must be an e-mail address/ });
  const both = [...rename, "lee@partner.example", "--display-name", "Lee"];
  await check({ args: both, code: 2, says: /'--new-email <address>' cannot be used with option '--display-name/ });
  const renamed = await run(...rename, "lee@partner.example");
  assert.equal(renamed.stdout, "user ann@partner.example: now lee@partner.example\n");
  assert.match(renamed.stderr, /a sign-on with ann@partner.example creates a new user .*; .* see `ssokey user disable`/);
  const remove = ["user", "delete", ...of, "--user", "lee@partner.example"];
  await check({ args: remove, code: 2, says: /required option '--yes' not specified/ });
  const removed = await run(...remove, "--yes", "--json");
  assert.deepEqual(JSON.parse(removed.stdout), { user: "lee@partner.example" });
  assert.match(removed.stderr, /a sign-on with lee@partner.example creates a new user/);
  const emails = async () => (await tablesOf(path)).users.map(({ email }) => email);
  assert.deepEqual(await emails(), ["bob@partner.example"]);
  await check({ args: [...remove, "--yes"], code: 1, says: /has no user with this e-mail/ });
});

test("a company is deleted, for which it asks to be confirmed", async (context) => {
  const path = await partnerFile(context);
  const of = ["--db", path, "--email", "it@partner.example"];
  await run("key", "issue", ...of);
  await check({ args: ["company", "delete", ...of], code: 2, says: /required option '--yes' not specified/ });
  assert.equal((await run("company", "delete", ...of, "--yes")).stdout, "company it@partner.example: deleted\n");
  const { companies, keys } = await tablesOf(path);
  assert.deepEqual([companies, keys], [[], []]);
  assert.match((await run("event", "list", "--db", path, "--json")).stdout, /"kind":"key_issued".*"kind":"company_deleted"/);
  await check({ args: ["company", "delete", ...of, "--yes"], code: 1, says: /no company has registered this e-mail/ });
});

test("a product's secret is printed once, its digest alone is stored, and a new URL leaves it", async (context) => {
  const path = await partnerFile(context);
  const set = ["product", "set", "--db", path, "--name", "livechat", "--launch-url"];
  const { code, stdout, stderr } = await run(...set, "https://chat.example/enter");
  assert.equal(code, 0);
  assert.match(stdout, /^[0-9a-f]{64}\n$/);
  assert.match(stderr, /the secret of livechat is not shown again/);
  assert.ok(!stderr.includes(stdout.trim()));
  assert.ok(!readFileSync(path).includes(stdout.trim()));
  const out = `${path}.secret`;
  const moved = await run(...set, "https://chat.example/?a=b", "--json", "--out", out);
  assert.deepEqual(JSON.parse(moved.stdout), { name: "livechat", launchUrl: "https://chat.example/?a=b", secret: null });
  assert.equal(moved.stderr, "livechat keeps its secret; see `ssokey product rotate`\n");
  assert.throws(() => readFileSync(out), { code: "ENOENT" });
  const rotate = ["product", "rotate", "--db", path, "--name", "livechat", "--json"];
  const again = JSON.parse((await run(...rotate)).stdout);
  assert.deepEqual(Object.keys(again), ["name", "secret", "previousSecretExpiresAt"]);
  assert.equal(again.previousSecretExpiresAt, null);
  assert.notEqual(again.secret, stdout.trim());
  const secret_digest = createHash("sha256").update(again.secret).digest("hex");
  const { products } = await tablesOf(path);
  assert.deepEqual(
    products.map((row) => ({ ...row })),
    [
      {
        name: "livechat",
        launch_url: "https://chat.example/?a=b",
        secret_digest,
        previous_secret_digest: null,
        previous_secret_expires_at: null,
      },
    ],
  );
  const before = Date.now();
  const { previousSecretExpiresAt } = JSON.parse((await run(...rotate, "--overlap", "24h")).stdout);
  assert.ok(previousSecretExpiresAt >= before + 86_400_000 && previousSecretExpiresAt <= Date.now() + 86_400_000);
  const [row] = (await tablesOf(path)).products;
  assert.deepEqual([row.previous_secret_digest, row.previous_secret_expires_at], [secret_digest, previousSecretExpiresAt]);
  const end = new Date(previousSecretExpiresAt).toISOString();
  const listed = `product livechat: https://chat.example/?a=b, the secret before until ${end}\n`;
  assert.equal((await run("product", "list", "--db", path)).stdout, listed);
  await check({ args: [...rotate.slice(0, 5), "meeting"], code: 1, says: /the product is not set; set its launch URL first/ });
});

test("the server's products may be others than the document's, by a flag, a variable or the configuration", async (context) => {
  const path = temporaryFile(context);
  const add = ["company", "add", "--db", path, ...PARTNER, "--products", "calendar,mail", "--json"];
  await check({ args: add, code: 2, says: /^error: `--products` must be one or more of accounts, livechat/ });
  const { code, stdout } = await run(...add, "--server-products", "mail,calendar,chat");
  assert.deepEqual([code, JSON.parse(stdout).products], [0, ["mail", "calendar"]]);
  const set = ["product", "set", "--db", path, "--name", "chat", "--launch-url", "https://chat.example/"];
  assert.equal((await start(set, { env: { SSOKEY_PRODUCTS: "mail,chat" } }).ended).code, 0);
  writeFileSync(join(dirname(path), "ssokey.json"), JSON.stringify({ products: ["mail", "chat"] }));
  assert.equal((await start(set, { cwd: dirname(path) }).ended).code, 0);
  const wrong = [...set, "--server-products", "Chat"];
  await check({ args: wrong, code: 2, says: /^error: the settings are refused: `products` must be / });
});

const wrongProducts = [
  { title: "an unknown name", change: ["--name", "chess"], says: /`--name` must be one of accounts, livechat/ },
  ...[
    "chat.example",
    "ftp://chat.example/",
    "https://chat.example/#in",
    "https://chät.example/",
    "https://",
    "https://a b/",
    "https://:80/",
    "http:///chat.example/enter",
    "https://ann@chat.example/",
  ].map((url) => ({
    title: `the URL ${url}`,
    change: ["--launch-url", url],
    says: /`--launch-url` must be an https URL, or http to localhost, .* without user information, fragment and/,
  })),
];
for (const { title, change, says } of wrongProducts) {
  test(`a product with ${title} is refused`, async (context) => {
    const path = await partnerFile(context);
    const args = ["product", "set", "--db", path, "--name", "email", "--launch-url", "https://mail.example/", ...change];
    await check({ args, code: 2, says });
    assert.deepEqual((await tablesOf(path)).products, []);
  });
}

test("a purge tells how many tokens and codes it deleted", async (context) => {
  const path = await partnerFile(context);
  assert.equal((await run("purge", "--db", path)).stdout, "0 expired tokens and codes deleted\n");
  const storage = await sqliteStorage({ url: urlOf(path) });
  const { token, code } = await given(storage, 1);
  await saveToken(storage, token);
  await saveToken(storage, { ...token, digest: "e".repeat(64), expiresAt: Date.now() });
  await saveCode(storage, { ...code, expiresAt: Date.now() });
  storage.close();
  const { code: ended, stdout } = await run("purge", "--db", path, "--json");
  assert.deepEqual([ended, JSON.parse(stdout)], [0, { purged: 2 }]);
  const { tokens, codes } = await tablesOf(path);
  assert.deepEqual([tokens.map(({ digest }) => digest), codes], [[token.digest], []]);
});

test("commands on what a database holds need one that exists", async (context) => {
  const path = temporaryFile(context);
  const of = ["--db", path, "--email", "it@partner.example"];
  const commands = [
    ["key", "list", ...of],
    ["key", "revoke", ...of, "--id", "1"],
    ["purge", "--db", path],
  ];
  for (const args of commands) await check({ args, code: 1, says: /there is no database at/ });
  assert.throws(() => statSync(path), { code: "ENOENT" });
});

test("a second company with the same domain or e-mail is refused", async (context) => {
  const path = await partnerFile(context);
  await check({
    args: ["company", "add", "--db", path, ...PARTNER],
    code: 1,
    says: /the domain or the e-mail is taken; choose others/,
  });
  assert.equal((await tablesOf(path)).companies.length, 1);
});

test("a key for an unknown company is refused", async (context) => {
  const args = ["key", "issue", "--db", await partnerFile(context), "--email", "who@partner.example"];
  await check({ args, code: 1, says: /no company has registered this e-mail; see which there are/ });
});

test("a key from a database that does not exist is refused, and none is created", async (context) => {
  const path = temporaryFile(context);
  const args = ["key", "issue", "--db", path, "--email", "it@partner.example"];
  await check({ args, code: 1, says: /there is no database at .*; create it with `ssokey company add/ });
  assert.throws(() => statSync(path), { code: "ENOENT" });
});

test("a file that is no database, a directory, a pipe and a missing directory are told", async (context) => {
  const path = temporaryFile(context);
  writeFileSync(path, "not a database at all, but long enough to be taken for one\n".repeat(20));
  const add = (db) => ["company", "add", "--db", db, ...PARTNER];
  await check({ args: add(path), code: 1, says: /is not a SQLite database; choose another path/ });
  await check({ args: add(dirname(path)), code: 1, says: /is a directory; name a file in it/ });
  await check({ args: add(join(path, "..", "no", "sso.db")), code: 1, says: /create the directory first/ });
  const pipe = join(dirname(path), "pipe");
  execFileSync("mkfifo", [pipe]);
  await check({ args: add(pipe), code: 1, says: /fails with `Error ENXIO`; check `--db`/, timeout: 20_000 });
});

const wrongUses = [
  { title: "no command", line: "", says: /Usage: ssokey/ },
  { title: "an unknown command", line: "srve", says: /unknown command 'srve'/ },
  { title: "an unknown option", line: "serve --db x --port 1 --prt 1", says: /unknown option '--prt'/ },
  { title: "a missing option", line: "serve --port 1", says: /required option '--db <database>' not specified/ },
  { title: "a port that is none", line: "serve --db x --port 65536", says: /Give a number from 0 to 65535/ },
  { title: "an id that is none", line: "key revoke --db x --email a@b --id x", says: /Give a number that `ssokey key list`/ },
  { title: "days that are none", line: "key issue --db x --email a@b --expires 1e3", says: /whole number of days/ },
  {
    title: "a duration without a unit",
    line: "product rotate --db x --name email --overlap 24",
    says: /with its unit: s, m, h or d/,
  },
  { title: "a duration that is none", line: "serve --db x --port 0 --token-lifetime 1.5h", says: /with its unit: s, m, h or d/ },
];
for (const { title, line, says } of wrongUses) {
  test(`${title} is a wrong use`, () => check({ args: line.split(" ").filter(Boolean), code: 2, says }));
}

const wrongCompanies = [
  { title: "a bad e-mail", change: ["--email", "it@@partner.example"], says: /`--email` must be an e-mail address in ASCII/ },
  { title: "a bad domain", change: ["--domain", "-partner"], says: /`--domain` must be a domain name in ASCII/ },
  { title: "an empty name", change: ["--name", ""], says: /`--name` must have 1 to 200 characters/ },
  {
    title: "an unknown product",
    change: ["--products", "email,chess"],
    says: /`--products` must be one or more of accounts, livechat/,
  },
];
for (const { title, change, says } of wrongCompanies) {
  test(`${title} is refused`, async (context) => {
    await check({ args: ["company", "add", "--db", temporaryFile(context), ...PARTNER, ...change], code: 2, says });
  });
}

test("without the driver it says what to install", async (context) => {
  const path = temporaryFile(context);
  const modules = join(dirname(path), "node_modules");
  // A copy of the package beside which there is commander alone.
  cpSync(new URL("../dist", import.meta.url), join(modules, "ssokey", "dist"), { recursive: true });
  cpSync(new URL("../package.json", import.meta.url), join(modules, "ssokey", "package.json"));
  symlinkSync(fileURLToPath(new URL("../node_modules/commander", import.meta.url)), join(modules, "commander"));
  const { ended } = start(["company", "add", "--db", path, ...PARTNER], {
    cli: join(modules, "ssokey", "dist", "entries", "cli.js"),
  });
  const { code, stderr } = await ended;
  assert.match(stderr, /needs the package `@libsql\/client`: npm install @libsql\/client/);
  assert.equal(code, 1);
});
