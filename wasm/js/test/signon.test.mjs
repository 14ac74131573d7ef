// Sign-ons over a real file, and what they leave behind in it.

import assert from "node:assert/strict";
import { test } from "node:test";
import { createHandler } from "ssokey";
import { passwordPool } from "ssokey/pool";
import { sqliteStorage } from "ssokey/sqlite";
import { filesOf, tablesOf, temporaryFile, urlOf } from "./database.mjs";
import { keyOf, signOn } from "./partner.mjs";

const MEMBERS = [
  "loginId",
  "companyName",
  "isCreator",
  "domainOwnershipVerified",
  "token",
  "email",
  "userId",
  "permissions",
  "isCompanyAdmin",
  "accountType",
  "domainMxVerified",
  "companyId",
  "displayName",
  "companyDomain",
];
const UUID_V4 = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

async function partnerOverFile(context, options) {
  const path = temporaryFile(context);
  const storage = await sqliteStorage({ url: urlOf(path) });
  context.after(() => storage.close());
  const key = await keyOf(storage);
  // On a machine that is busy 64 hashes take longer than a request may.
  const handler = await createHandler({ storage, deadline: 120_000, ...options });
  const call = async (...call) => {
    const response = await handler(signOn(...call));
    return { status: response.status, ...(await response.json()) };
  };
  return { path, key, call, flush: handler.flush };
}

test("the three rules give one user, three tokens, and the documented members in order", async (context) => {
  const { path, key, call } = await partnerOverFile(context);
  const answers = [];
  for (const password of ["first", "first", "second"]) answers.push(await call(key, password));
  for (const answer of answers) {
    assert.deepEqual([answer.status, answer.status_code, answer.stat], [200, 200, "ok"]);
    assert.deepEqual(Object.keys(answer.return), MEMBERS);
    assert.match(answer.return.token, UUID_V4);
  }
  assert.equal(new Set(answers.map((answer) => answer.return.userId)).size, 1);
  assert.equal(new Set(answers.map((answer) => answer.return.token)).size, 3);
  const { users, tokens } = await tablesOf(path);
  assert.deepEqual(
    users.map((user) => user.credential_version),
    [2],
  );
  assert.deepEqual(tokens.map((token) => token.credential_version).sort(), [1, 1, 2]);
});

// proves: SSO-KEY-004, SSO-PWD-003, SSO-TOK-003
test("the database and its journal hold no password, key or token", async (context) => {
  const { path, key, call } = await partnerOverFile(context);
  const passwords = ["a first password", "a second password"];
  const secrets = [key, ...passwords];
  for (const password of [passwords[0], ...passwords]) secrets.push((await call(key, password)).return.token);
  const files = filesOf(path);
  assert.deepEqual([...files.keys()].sort(), ["sso.db", "sso.db-shm", "sso.db-wal"]);
  const bytes = Buffer.concat([...files.values()]);
  // What is surely stored is found, so a secret that is stored would be found as well.
  assert.ok(bytes.includes("$argon2id$"));
  assert.ok(bytes.includes("ann@partner.example"));
  for (const secret of secrets) {
    for (const form of ["utf8", "utf16le", "base64", "hex"]) {
      const searched = form === "base64" || form === "hex" ? Buffer.from(secret).toString(form) : secret;
      assert.ok(!bytes.includes(searched, 0, form === "utf16le" ? form : "utf8"), `found in ${form}`);
    }
    assert.ok(!bytes.includes(secret.replaceAll("-", "")));
  }
});

test("a wrong key is refused and changes no row but an event", async (context) => {
  const { path, key, call, flush } = await partnerOverFile(context);
  await call(key, "first");
  const { events: eventsBefore, ...before } = await tablesOf(path);
  const other = await keyOf({ ...(await sqliteStorage({ url: ":memory:" })) });
  const wrongKeys = [other, `${key.slice(0, -1)}${key.endsWith("0") ? "1" : "0"}`, "x".repeat(32)];
  for (const wrong of wrongKeys) {
    for (const password of ["first", "second"]) {
      const { status, error } = await call(wrong, password);
      assert.deepEqual([status, error.code], [401, 4010]);
    }
  }
  await flush();
  const { events: eventsAfter, ...after } = await tablesOf(path);
  assert.deepEqual(after, before);
  assert.equal(eventsAfter.length - eventsBefore.length, 2 * wrongKeys.length);
});

// proves: SSO-TEN-005
test("64 sign-ons of one new user at once all succeed and leave one user", async (context) => {
  // However slow the machine is, each waits for its turn.
  const passwords = passwordPool({ wait: 60_000 });
  context.after(() => passwords.close());
  const { path, key, call } = await partnerOverFile(context, { passwords });
  const answers = await Promise.all(Array.from({ length: 64 }, () => call(key, "first")));
  assert.deepEqual([...new Set(answers.map(({ status }) => status))], [200]);
  const { users, tokens } = await tablesOf(path);
  assert.deepEqual([users.length, tokens.length], [1, 64]);
  assert.equal(users[0].credential_version, 1);
});
