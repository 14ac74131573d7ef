// A key that leaked, and how an operator ends what a stranger made of it.

import assert from "node:assert/strict";
import { test } from "node:test";
import { createHandler } from "ssokey";
import { sqliteStorage } from "ssokey/sqlite";
import { partnerFile, run } from "./cli.mjs";
import { urlOf } from "./database.mjs";

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
