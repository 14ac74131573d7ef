// Every operation over real HTTP and a real file, and what it leaves behind in it.

import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { test } from "node:test";
import { listKeys, rotateProduct, setCompanyStatus, setKeyStatus, setProduct, setUserStatus } from "ssokey/operator";
import { filesOf, tablesOf } from "./database.mjs";
import { all, COMPANY as companyEmail } from "./partner.mjs";
import { startSite, EMAIL as userEmail } from "./site.mjs";

const MINUTE = 60_000;

const refused = ({ status, error }) => [status, error?.code];
const sha256 = (text) => createHash("sha256").update(text).digest("hex");

/** Refusals are the same to the byte, so that they tell nothing. */
function assertAlike(answers, status, code) {
  for (const answer of answers) assert.deepEqual(refused(answer), [status, code]);
  assert.equal(new Set(answers.map(({ text }) => text)).size, 1);
}

test("a launch sends the user to the product, which exchanges the code for a token, once", async (context) => {
  const site = await startSite(context);
  const launched = await site.launch("one");
  assert.deepEqual([launched.status, launched.text], [303, '{"status_code":303,"return":{},"stat":"ok"}']);
  const location = launched.headers.get("location");
  const [, code] = /^https:\/\/mail\.example\/in\?from=sso&code=([A-Za-z0-9_-]{43})$/.exec(location);
  assert.equal(launched.headers.get("cache-control"), "no-store");
  assert.equal(launched.headers.get("referrer-policy"), "no-referrer");

  const exchanged = await site.exchange(code);
  assert.deepEqual([exchanged.status, exchanged.return.email], [200, userEmail]);
  const session = await site.session(exchanged.return.token);
  assert.deepEqual([session.status, session.return], [200, exchanged.return]);
  assert.deepEqual(refused(await site.exchange(code)), [401, 4012]);
  const { codes, tokens } = await tablesOf(site.path);
  assert.deepEqual([codes.length, tokens.length], [0, 1]);
});

test("of 64 exchanges of one code at once exactly one gets a token", async (context) => {
  const site = await startSite(context);
  const code = await site.codeOf("one");
  // All have shown the secret, and none has taken the code, before the first goes on.
  const { findProduct } = site.storage;
  let coming = 64;
  let release;
  const allAreThere = new Promise((resolve) => (release = resolve));
  site.storage.findProduct = async (name) => {
    const product = await findProduct(name);
    if (--coming === 0) release();
    await allAreThere;
    return product;
  };
  const answers = await Promise.all(Array.from({ length: 64 }, () => site.exchange(code)));
  assert.equal(answers.filter(({ status }) => status === 200).length, 1);
  assertAlike(
    answers.filter(({ status }) => status !== 200),
    401,
    4012,
  );
  assert.equal((await tablesOf(site.path)).tokens.length, 1);
});

test("a code is refused with a wrong secret, and stays; of another product, late or outdated it is refused alike", async (context) => {
  const site = await startSite(context);
  const { secret: chatSecret } = await setProduct(site.storage, { name: "livechat", launchUrl: "https://chat.example/" });
  const code = await site.codeOf("one");
  const kept = [await site.exchange(code, "x".repeat(64)), await site.exchange(code, chatSecret)];
  kept.push(await site.post("/api/sso/exchange", { code, product: "email" }));
  assert.equal((await tablesOf(site.path)).codes.length, 1);
  const foreign = await site.exchange(code, chatSecret, "livechat");
  const outdated = await site.codeOf("one");
  await site.signOn("two");
  const replaced = await site.exchange(outdated);
  const late = await site.codeOf("two");
  site.clock.now += MINUTE;
  assertAlike([...kept, foreign, replaced, await site.exchange(late), await site.exchange("?")], 401, 4012);
});

test("a product whose URL is set again keeps its secret, and is launched there", async (context) => {
  const site = await startSite(context);
  const launchUrl = "https://mail.example/new";
  assert.deepEqual(await setProduct(site.storage, { name: "email", launchUrl }), { name: "email", launchUrl, secret: null });
  const { headers } = await site.launch("one");
  assert.ok(headers.get("location").startsWith(`${launchUrl}?code=`));
  assert.equal((await site.exchange(await site.codeOf("one"))).status, 200);
});

test("a product that was rotated has a new secret, and the old one is refused", async (context) => {
  const site = await startSite(context);
  const code = await site.codeOf("one");
  const { secret } = await rotateProduct(site.storage, { name: "email" });
  assert.deepEqual(refused(await site.exchange(code)), [401, 4012]);
  assert.equal((await site.exchange(code, secret)).status, 200);
});

test("with an overlap a product's old secret is accepted for so long, and no millisecond longer", async (context) => {
  const site = await startSite(context);
  const codes = [await site.codeOf("one"), await site.codeOf("one")];
  const now = () => site.clock.now;
  const rotation = { name: "email", overlap: 30_000 };
  const { secret, previousSecretExpiresAt } = await rotateProduct(site.storage, rotation, { now });
  assert.equal(previousSecretExpiresAt, site.clock.now + 30_000);
  site.clock.now += 29_999;
  assert.equal((await site.exchange(codes[0])).status, 200);
  site.clock.now += 1;
  assert.deepEqual(refused(await site.exchange(codes[1])), [401, 4012]);
  assert.equal((await site.exchange(codes[1], secret)).status, 200);
});

test("a key's list tells its last use, which comes with a token or a code, and not with a refusal", async (context) => {
  const site = await startSite(context);
  const lastUse = async () => {
    const [{ lastUsedAt }] = await all(listKeys(site.storage, { companyEmail }));
    return lastUsedAt;
  };
  assert.equal(await lastUse(), null);
  await site.launch("one", "meeting");
  assert.equal(await lastUse(), null);
  await site.signOn("one");
  const first = site.clock.now;
  assert.equal(await lastUse(), first);
  site.clock.now += MINUTE;
  await site.launch("one");
  assert.equal(await lastUse(), first);
  site.clock.now += 1;
  await site.launch("one");
  assert.equal(await lastUse(), site.clock.now);
});

test("a product without a launch URL is not launched into", async (context) => {
  const site = await startSite(context);
  assert.deepEqual(refused(await site.launch("one", "meeting")), [403, 4030]);
  assert.deepEqual((await tablesOf(site.path)).users, []);
});

test("direct sign-in takes the newest password, gives a token without a key, and refuses all else alike", async (context) => {
  const site = await startSite(context);
  await site.signOn("one");
  await site.signOn("two");
  const { status, return: holder } = await site.direct("two");
  assert.deepEqual([status, holder.email, holder.companyDomain], [200, userEmail, "partner.example"]);
  assert.deepEqual((await site.session(holder.token)).return, holder);
  const { tokens, users } = await tablesOf(site.path);
  const { key_id, product } = tokens.find(({ digest }) => digest === sha256(holder.token));
  assert.deepEqual([key_id, product], [null, null]);
  assert.equal(users[0].credential_version, 2);

  const company = "partner.example";
  const refusals = [
    await site.direct("one"),
    await site.direct("two", { company: "other.example" }),
    await site.direct("two", { userid: "who@partner.example", company }),
  ];
  await setUserStatus(site.storage, { companyEmail, userEmail, status: "disabled" });
  refusals.push(await site.direct("two"));
  assertAlike(refusals, 401, 4011);
  assert.deepEqual(refused(await site.direct("two", {})), [400, 4001]);
});

test("a direct sign-in that names no company means the configured one", async (context) => {
  const site = await startSite(context, { company: "Partner.Example" });
  await site.signOn("one");
  assert.equal((await site.direct("one", {})).status, 200);
  assert.deepEqual(refused(await site.direct("one", { company: "other.example" })), [401, 4011]);
});

test("a session takes the token from the header or the query, and not from both", async (context) => {
  const site = await startSite(context);
  const { return: holder } = await site.signOn("one");
  const { token } = holder;
  const byQuery = (query) => site.call(`/api/session?${query}`);
  const answers = [await site.session(token), await byQuery(`token=${token}`), await byQuery(`_token=${token}`)];
  for (const answer of answers) assert.deepEqual([answer.status, answer.return], [200, holder]);
  const both = await site.call(`/api/session?token=${token}`, { headers: { authorization: `Bearer ${token}` } });
  assert.deepEqual(refused(both), [400, 4002]);
  for (const { path } of site.log) assert.ok(!path.includes(token));
});

test("a token ends with its hour, its password, its key and its user, and is refused alike", async (context) => {
  const site = await startSite(context);
  const tokenOf = async (password) => (await site.signOn(password)).return.token;
  const refusals = [await site.session(), await site.session("x"), await site.session(crypto.randomUUID())];

  const replaced = await tokenOf("one");
  const late = await tokenOf("two");
  refusals.push(await site.session(replaced));
  site.clock.now += 60 * MINUTE - 1;
  assert.equal((await site.session(late)).status, 200);
  site.clock.now += 1;
  refusals.push(await site.session(late));

  const ofKey = await tokenOf("two");
  const [{ keyId }] = await all(listKeys(site.storage, { companyEmail }));
  await setKeyStatus(site.storage, { companyEmail, keyId, status: "disabled" });
  refusals.push(await site.session(ofKey));
  await setKeyStatus(site.storage, { companyEmail, keyId, status: "enabled" });
  assert.equal((await site.session(ofKey)).status, 200);
  assertAlike(refusals, 401, 4012);
});

// proves: SSO-OPS-005
test("tokens of a disabled user stay dead when the user is enabled again", async (context) => {
  const site = await startSite(context);
  const { token } = (await site.signOn("one")).return;
  for (const status of ["disabled", "enabled"]) {
    await setUserStatus(site.storage, { companyEmail, userEmail, status });
    assert.deepEqual(refused(await site.session(token)), [401, 4012]);
  }
  assert.equal((await site.session((await site.signOn("one")).return.token)).status, 200);
});

test("a disabled company is refused in every way, and its tokens stay dead when it is enabled again", async (context) => {
  const site = await startSite(context);
  const { token } = (await site.signOn("one")).return;
  const code = await site.codeOf("one");
  await setCompanyStatus(site.storage, { companyEmail, status: "disabled" });
  const answers = [await site.signOn("one"), await site.direct("one"), await site.session(token), await site.exchange(code)];
  assert.deepEqual(answers.map(refused), [
    [401, 4010],
    [401, 4011],
    [401, 4012],
    [401, 4012],
  ]);
  await setCompanyStatus(site.storage, { companyEmail, status: "enabled" });
  assert.deepEqual(refused(await site.session(token)), [401, 4012]);
  assert.equal((await site.direct("one")).status, 200);
  assert.equal((await site.signOn("one")).status, 200);
});

test("a token is good for the product that it was given for, and for no other", async (context) => {
  const site = await startSite(context);
  const of = (token, product) => site.call(`/api/session?token=${token}&product=${product}`);
  const { token } = (await site.signOn("one")).return;
  assert.equal((await of(token, "email")).status, 200);
  assert.deepEqual(refused(await of(token, "meeting")), [401, 4012]);
  const { token: direct } = (await site.direct("one")).return;
  assert.equal((await of(direct, "meeting")).status, 200);
});

test("tokens and codes are valid for as long as is configured", async (context) => {
  const site = await startSite(context, { tokenLifetime: 2 * MINUTE, codeLifetime: 10_000 });
  const { token } = (await site.signOn("one")).return;
  const codes = [await site.codeOf("one"), await site.codeOf("one")];
  site.clock.now += 9_999;
  assert.equal((await site.exchange(codes[0])).status, 200);
  site.clock.now += 1;
  assert.deepEqual(refused(await site.exchange(codes[1])), [401, 4012]);
  site.clock.now += 2 * MINUTE - 10_001;
  assert.equal((await site.session(token)).status, 200);
  site.clock.now += 1;
  assert.deepEqual(refused(await site.session(token)), [401, 4012]);
});

test("a token that was signed out is gone, and signing out again is no failure", async (context) => {
  const site = await startSite(context);
  const { token } = (await site.signOn("one")).return;
  const { token: other } = (await site.signOn("one")).return;
  for (const _ of ["once", "again"]) {
    const { status, text } = await site.signOut(token);
    assert.deepEqual([status, text], [200, '{"status_code":200,"return":{},"stat":"ok"}']);
    assert.deepEqual(refused(await site.session(token)), [401, 4012]);
  }
  assert.equal((await site.session(other)).status, 200);
  assertAlike([await site.signOut(), await site.signOut("x")], 401, 4012);
});

test("each path tells its methods, and a HEAD has no body and no effect", async (context) => {
  const site = await startSite(context);
  const { token } = (await site.signOn("one")).return;
  const code = await site.codeOf("one");
  const before = await tablesOf(site.path);
  const methods = {
    "/api/sso/authenticate": "GET, POST",
    "/api/sso/login": "GET, POST",
    "/api/sso/exchange": "POST",
    "/api/authenticate": "GET, POST",
    "/api/session": "GET",
    "/api/signout": "POST",
  };
  for (const [path, allow] of Object.entries(methods)) {
    for (const method of ["HEAD", "PUT"]) {
      const query = `?code=${code}&product=email&token=${token}`;
      const { status, headers, text } = await site.call(path + query, { method });
      assert.deepEqual([status, headers.get("allow")], [405, allow], path);
      assert.equal(text === "", method === "HEAD");
    }
  }
  assert.deepEqual(await tablesOf(site.path), before);
});

// proves: SSO-KEY-004, SSO-PWD-003, SSO-TOK-003, SSO-LAU-004
test("the database and its journal hold no password, key, token, code or product secret", async (context) => {
  const site = await startSite(context);
  const passwords = ["a first password", "a second password"];
  const tokens = [];
  for (const password of passwords) tokens.push((await site.signOn(password)).return.token);
  tokens.push((await site.direct(passwords[1])).return.token);
  const codes = [await site.codeOf(passwords[1]), await site.codeOf(passwords[1])];
  tokens.push((await site.exchange(codes[0])).return.token);
  await site.signOut(tokens[1]);

  const files = filesOf(site.path);
  assert.deepEqual([...files.keys()].sort(), ["sso.db", "sso.db-shm", "sso.db-wal"]);
  const bytes = Buffer.concat([...files.values()]);
  const secrets = [site.key, site.secret, ...passwords, ...tokens, ...codes];
  assert.equal(secrets.length, 10);
  for (const secret of secrets) {
    const forms = [secret, secret.replaceAll("-", ""), Buffer.from(secret).toString("base64")];
    forms.push(Buffer.from(secret).toString("hex"), Buffer.from(secret, "base64url"), Buffer.from(secret, "utf16le"));
    for (const form of forms) assert.ok(form.length === 0 || !bytes.includes(form));
    const isPassword = passwords.includes(secret);
    // What is stored of it is found, so the secret would be found as well.
    assert.equal(bytes.includes(sha256(secret)), !isPassword);
  }
  const { users } = await tablesOf(site.path);
  assert.match(users[0].password_hash, /^\$argon2id\$v=19\$m=19456,t=2,p=1\$[A-Za-z0-9+/]{22}\$[A-Za-z0-9+/]{43}$/);
});

// proves: SSO-TOK-003
test("no token is answered before the storage says that it is durable", async (context) => {
  const site = await startSite(context);
  const digests = [];
  const { saveToken } = site.storage;
  site.storage.saveToken = async (token, event) => {
    await new Promise((resolve) => setTimeout(resolve, 50));
    await saveToken(token, event);
    digests.push(token.digest);
  };
  const { token } = (await site.signOn("one")).return;
  assert.deepEqual(digests, [sha256(token)]);
  assert.deepEqual(
    (await tablesOf(site.path)).tokens.map(({ digest }) => digest),
    digests,
  );
  site.storage.saveToken = async () => {
    throw new Error("no space");
  };
  const failed = await site.signOn("one");
  assert.deepEqual([...refused(failed), failed.return], [503, 5030, undefined]);
});

// proves: SSO-REQ-025
test("the log holds no query, and no error of any operation tells a secret", async (context) => {
  const site = await startSite(context);
  const { token } = (await site.signOn("one")).return;
  const code = await site.codeOf("one");
  const secrets = [token, code, site.key, site.secret, "a password"];
  for (const path of ["/api/sso/authenticate", "/api/sso/login", "/api/authenticate", "/api/session", "/nowhere"]) {
    await site.call(`${path}?token=${token}&ssokey=${site.key}&password=a+password`);
  }
  for (const name of ["findToken", "takeCode", "findProduct", "findKey", "findCompany"]) {
    site.storage[name] = async () => {
      throw new Error("the disk is gone");
    };
  }
  const { text: byStorage } = await site.session(token);
  const texts = [byStorage, (await site.exchange(code)).text, (await site.direct("a password")).text];
  assert.deepEqual(
    site.faults.map(([, call]) => call),
    ["find_token", "find_product", "find_company"],
  );
  const told = JSON.stringify([site.log, site.faults.map(([error]) => String(error)), texts]);
  for (const secret of secrets) assert.ok(!told.includes(secret));
  assert.ok(site.log.every(({ path }) => !path.includes("?")));
});
