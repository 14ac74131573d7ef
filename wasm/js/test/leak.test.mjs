// A key that leaked, and how an operator ends what a stranger made of it.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { createHandler } from "ssokey";
import { sqliteStorage } from "ssokey/sqlite";
import { partnerFile, run } from "./cli.mjs";
import { urlOf } from "./database.mjs";

const SECURITY = readFileSync(new URL("../../../.github/SECURITY.md", import.meta.url), "utf8");
const OF_COMPANY = ["--email", "it@partner.example"];

/** A server over a partner's database, and the command line on it. */
async function served(context) {
  const path = await partnerFile(context);
  const storage = await sqliteStorage({ url: urlOf(path) });
  context.after(() => storage.close());
  const handler = await createHandler({ storage });
  const post = async (route, fields) => {
    const response = await handler(
      new Request(`http://sso.example${route}`, { method: "POST", body: new URLSearchParams(fields) }),
    );
    return { status: response.status, token: (await response.json()).return?.token };
  };
  const ssokey = async (...args) => {
    const { code, stdout, stderr } = await run(...args, "--db", path, ...OF_COMPANY);
    assert.equal(code, 0, stderr);
    return stdout;
  };
  return {
    path,
    ssokey,
    issue: async () => (await ssokey("key", "issue")).trim(),
    signOn: (key, password, email = "ann@partner.example") =>
      post("/api/sso/authenticate", { email, password, ssokey: key, product: "email" }),
    signIn: (password) => post("/api/authenticate", { userid: "ann@partner.example", password, company: "partner.example" }),
    session: async (token) =>
      (await handler(new Request("http://sso.example/api/session", { headers: { Authorization: `Bearer ${token}` } }))).status,
  };
}

test("revoking alone leaves the stranger's password and session; `--end-sessions` ends both, any number of times", async (context) => {
  const { ssokey, issue, signOn, signIn, session } = await served(context);
  const [leaked, good] = [await issue(), await issue()];
  const bob = await signOn(good, "bob's", "bob@partner.example");
  assert.equal((await signOn(leaked, "the stranger's")).status, 200);
  const direct = await signIn("the stranger's");
  assert.equal(await ssokey("key", "revoke", "--id", "1"), "key 1: revoked\n");
  assert.deepEqual([await session(direct.token), (await signIn("the stranger's")).status], [200, 200]);

  const end = ["key", "revoke", "--id", "1", "--end-sessions"];
  assert.equal(await ssokey(...end), "key 1: revoked, 1 passwords made unusable\n");
  assert.deepEqual([await session(direct.token), (await signIn("the stranger's")).status], [401, 401]);
  assert.deepEqual(JSON.parse(await ssokey(...end, "--json")), { keyId: 1, status: "revoked", passwords: 0 });
  assert.equal(await session(bob.token), 200);
  // The partner's next sign-on stores the password anew.
  assert.equal((await signOn(good, "ann's")).status, 200);
  assert.deepEqual([(await signIn("ann's")).status, (await signIn("the stranger's")).status], [200, 401]);
});

test("a user is signed out, and a whole company", async (context) => {
  const { ssokey, issue, signOn, session } = await served(context);
  const key = await issue();
  const sessions = async () => [await session(ann.token), await session(bob.token)];
  let ann = await signOn(key, "ann's");
  const bob = await signOn(key, "bob's", "bob@partner.example");
  const user = "ann@partner.example";
  assert.equal(await ssokey("user", "sign-out", "--user", user), `user ${user}: signed out\n`);
  assert.deepEqual(await sessions(), [401, 200]);
  ann = await signOn(key, "ann's");
  assert.deepEqual(await sessions(), [200, 200]);
  assert.deepEqual(JSON.parse(await ssokey("company", "sign-out", "--json")), { email: "it@partner.example" });
  assert.deepEqual(await sessions(), [401, 401]);
});

/** Returns the commands of the runbook, without the last, which is for a partner who does not answer. */
function runbook() {
  const [, section] = SECURITY.split("## A key has leaked: what to do today");
  const commands = [...section.matchAll(/^ *npx ssokey (.+)$/gm)].map(([, command]) => command.split(" "));
  assert.deepEqual(commands.at(-1).slice(0, 2), ["company", "disable"]);
  return commands.slice(0, -1);
}

test("the runbook finds, lists and ends what a stranger did with a key, within ten commands", async (context) => {
  const { path, issue, signOn, signIn, session } = await served(context);
  const [good, , leaked] = [await issue(), await issue(), await issue()];
  const bob = await signOn(good, "bob's", "bob@partner.example");
  await signOn(good, "ann's");
  // The stranger replaces a password, opens a session with it, and creates a user.
  const stolen = await signOn(leaked, "the stranger's");
  const direct = await signIn("the stranger's");
  const eve = await signOn(leaked, "eve's", "eve@partner.example");
  const sessions = async () => Promise.all([stolen, direct, eve, bob].map(({ token }) => session(token)));
  assert.deepEqual(await sessions(), [200, 200, 200, 200]);

  const commands = runbook();
  assert.ok(commands.length <= 10, `${commands.length} commands`);
  const printed = [];
  for (const command of commands) {
    const own = { "sso.db": path, "partner.key": `${path}.key` };
    const { code, stdout, stderr } = await run(...command.map((word) => own[word] ?? word));
    assert.equal(code, 0, stderr);
    printed.push(stdout);
  }
  const [keys, ended, , touched, signedIn, , , again, hashes] = printed;
  assert.match(keys, /^key 3: enabled/m);
  assert.equal(ended, "key 3: revoked, 2 passwords made unusable\n");
  const kinds = touched
    .trim()
    .split("\n")
    .map((line) => line.replace(/^\S+ /, ""));
  const by = "company 1, key 3";
  assert.deepEqual(kinds, [
    `key_issued, ${by}`,
    `password_replaced, ${by}, user 2 ann@partner.example, product email`,
    `user_created, ${by}, user 3 eve@partner.example, product email`,
    `key_ended, ${by}`,
  ]);
  assert.match(signedIn, /^\S+ signed_in, company 1, user 2 ann@partner\.example\n$/);
  assert.equal(again, "key 3: revoked, 0 passwords made unusable\n");
  assert.match(hashes, /current: 1\n.*disabled: 2\n/s);
  assert.deepEqual(await sessions(), [401, 401, 401, 401]);

  const fresh = readFileSync(`${path}.key`, "utf8").trim();
  assert.deepEqual([(await signOn(leaked, "x")).status, (await signIn("the stranger's")).status], [401, 401]);
  assert.equal((await signOn(fresh, "eve's", "eve@partner.example")).status, 403);
  assert.deepEqual([(await signOn(fresh, "ann's")).status, (await signIn("ann's")).status], [200, 200]);
});

test("events are listed since a duration or a time, as JSON, and old ones are deleted", async (context) => {
  const { path, issue } = await served(context);
  await issue();
  const kinds = async (...args) => {
    const { code, stdout, stderr } = await run("event", "list", "--db", path, "--json", ...args);
    assert.equal(code, 0, stderr);
    return JSON.parse(stdout).map(({ kind }) => kind);
  };
  assert.deepEqual(await kinds("--since", "1h"), ["company_added", "key_issued"]);
  for (const time of ["1970-01-01", "2026-11-26T09:00", "2026-11-26T09:00:00.5+02:00"])
    assert.deepEqual(await kinds("--since", time), ["company_added", "key_issued"]);
  assert.deepEqual(await kinds("--since", "2100-01-01"), []);
  assert.deepEqual(await kinds("--company", "it@partner.example", "--key", "1"), ["key_issued"]);
  for (const time of ["yesterday", "2026-02-31", "2026-11-27T25:00", "2026"]) {
    const wrong = await run("event", "list", "--db", path, "--since", time);
    assert.match(wrong.stderr, /Give a time such as/);
  }
  const { stdout: none, stderr } = await run("event", "list", "--db", path, "--kind", "signed_out");
  assert.deepEqual([none, stderr], ["", "no stored event fits\n"]);
  for (const [flag, value] of [
    ["--key", "0"],
    ["--kind", "!"],
    ["--user", "ann@partner.example"],
    ["--company", "ann"],
  ]) {
    const { code, stderr } = await run("event", "list", "--db", path, flag, value);
    const named = flag === "--user" ? "--company" : flag;
    assert.deepEqual([code, stderr.includes(`\`${named}\``)], [2, true], stderr);
  }
  assert.equal(
    (await run("purge", "--db", path, "--events-older-than", "1d")).stdout,
    "0 expired tokens and codes deleted, and 0 old events\n",
  );
  const { stdout } = await run("purge", "--db", path, "--events-older-than", "0s", "--json");
  assert.deepEqual(JSON.parse(stdout), { purged: 0, events: 3 });
  assert.deepEqual(await kinds(), ["events_purged"]);
});
