// Limits of attempts: over each way of keeping them, in the handler and in the server.

import assert from "node:assert/strict";
import { test } from "node:test";
import { createClient } from "@libsql/client";
import { createHandler } from "ssokey";
import { memoryStorage } from "ssokey/memory";
import { addUser, purge } from "ssokey/operator";
import { sqliteStorage } from "ssokey/sqlite";
import { limitsOf } from "../dist/cli/limits.js";
import { requireLimits } from "../dist/storage/limit.js";
import { check, PARTNER, run, serve } from "./cli.mjs";
import { temporaryFile, urlOf } from "./database.mjs";
import { COMPANY, keyOf, signOn } from "./partner.mjs";

const LIMITS = { direct: { attempts: 3, window: 600_000 }, local: { attempts: 3, window: 600_000 } };
const EMAIL = "ann@partner.example";
const passwords = {
  verify: async (password, hash) => (hash === `$hash-of-${password}` ? "match" : "no_match"),
  hash: async (password) => `$hash-of-${password}`,
};

const direct = (password, userid = EMAIL) =>
  new Request("http://sso.example/api/authenticate", {
    method: "POST",
    body: new URLSearchParams({ userid, password, company: "partner.example" }),
  });

const STORAGES = {
  memory: async () => ({ storage: memoryStorage() }),
  SQLite: async (context) => {
    const path = temporaryFile(context);
    const storage = await sqliteStorage({ url: urlOf(path) });
    context.after(() => storage.close());
    return { storage, path };
  },
};

async function open(context, storages, options) {
  const opened = await STORAGES[storages](context);
  const key = await keyOf(opened.storage);
  const from = { source: "192.0.2.1" };
  const { storage } = opened;
  const handler = await createHandler({ storage, passwords, limits: LIMITS, source: () => from.source, ...options });
  const statuses = async (...requests) =>
    (await Promise.all(requests.map((request) => handler(request)))).map(({ status }) => status);
  return { ...opened, key, handler, from, statuses };
}

const count = (statuses, status) => statuses.filter((it) => it === status).length;

for (const name of Object.keys(STORAGES)) {
  test(`of 100 guesses at once no more than the limit are tried, over ${name}`, async (context) => {
    const { key, handler, statuses } = await open(context, name);
    await handler(signOn(key, "one"));
    const guesses = await statuses(...Array.from({ length: 100 }, (_, index) => direct(`guess ${index}`)));
    assert.deepEqual([count(guesses, 401), count(guesses, 429)], [3, 97]);
    const refused = await handler(direct("one"));
    assert.equal((await refused.json()).error.code, 4290);
    assert.ok(Number(refused.headers.get("retry-after")) > 590);
  });

  test(`what succeeds does not count, over ${name}`, async (context) => {
    const { key, handler, statuses } = await open(context, name);
    await handler(signOn(key, "one"));
    for (let index = 0; index < 10; index += 1) assert.deepEqual(await statuses(direct("one")), [200]);
    assert.deepEqual(await statuses(direct("two")), [401]);
    assert.deepEqual(await statuses(direct("two")), [401]);
    assert.deepEqual(await statuses(direct("one")), [200]);
    assert.deepEqual(await statuses(direct("two")), [401]);
    assert.deepEqual(await statuses(direct("one")), [429]);
  });

  test(`a different source and a different user have attempts of their own, over ${name}`, async (context) => {
    const { from, statuses } = await open(context, name);
    const guesses = () => statuses(...Array.from({ length: 5 }, () => direct("guess")));
    assert.equal(count(await guesses(), 401), 3);
    assert.deepEqual(await statuses(direct("guess", "bob@partner.example")), [401]);
    from.source = "192.0.2.2";
    assert.equal(count(await guesses(), 401), 3);
  });

  test(`no request without a key uses up what one with a key may do, over ${name}`, async (context) => {
    const { storage, key, statuses } = await open(context, name);
    await addUser(storage, { companyEmail: COMPANY, userEmail: EMAIL, password: "one" });
    const local = await open(context, name, { storage });
    assert.equal(count(await statuses(...Array.from({ length: 50 }, () => direct("guess"))), 429), 47);
    const call = (password) => local.statuses(signOn(key, password));
    assert.deepEqual(await call("guess"), [409]);
    for (const status of [409, 409, 429]) assert.deepEqual(await call("guess"), [status]);
  });
}

test("a row holds a digest and nothing that was typed in, and a purge removes it when its time is over", async (context) => {
  const { storage, path, statuses } = await open(context, "SQLite", { limits: { direct: { attempts: 1, window: 1000 } } });
  assert.deepEqual(await statuses(direct("guess")), [401]);
  assert.deepEqual(await statuses(direct("guess")), [429]);
  const client = createClient({ url: urlOf(path) });
  context.after(() => client.close());
  const rows = async () => (await client.execute("SELECT * FROM attempts")).rows;
  const [{ digest, made, expires_at }] = await rows();
  assert.match(digest, /^[0-9a-f]{64}$/);
  assert.equal(made, 1);
  assert.ok(expires_at <= Date.now() + 1000);
  await purge(storage);
  assert.equal((await rows()).length, 1);
  await new Promise((resolve) => setTimeout(resolve, expires_at + 1 - Date.now()));
  assert.deepEqual(await statuses(direct("guess", "bob@partner.example"), direct("guess")), [401, 401]);
  await new Promise((resolve) => setTimeout(resolve, 1001));
  assert.equal(await purge(storage), 0);
  assert.deepEqual(await rows(), []);
});

test("attempts that were counted before the clock was set back do not last longer for it", async (context) => {
  const { statuses } = await open(context, "SQLite");
  assert.equal(count(await statuses(...Array.from({ length: 5 }, () => direct("guess"))), 429), 2);
  const { now } = Date;
  context.after(() => (Date.now = now));
  Date.now = () => now() - 86_400_000;
  assert.deepEqual(await statuses(direct("guess")), [401]);
});

test("limits that are none are refused", async () => {
  for (const [limits, says] of [
    [
      { directly: { attempts: 1, window: 1000 } },
      /`limits\.directly` is not known; known are sign_on, direct, local, replacement/,
    ],
    [{ direct: { attempts: 0, window: 1000 } }, /`limits\.direct` must have `attempts`/],
    [{ direct: { attempts: 1, window: 999 } }, /`window`, 1 second to 30 days/],
    [{ direct: 5 }, /`limits\.direct` must have/],
    [5, /`limits` must be an object/],
  ]) {
    await assert.rejects(createHandler({ storage: memoryStorage(), limits }), { name: "SettingsError", message: says });
  }
});

async function served(context, ...args) {
  const path = temporaryFile(context);
  assert.equal((await run("company", "add", "--db", path, ...PARTNER)).code, 0);
  const { url } = await serve(context, ["--db", path, "--log", "off", ...args]);
  return async (count) => {
    const statuses = [];
    for (let index = 0; index < count; index += 1) {
      const body = new URLSearchParams({ userid: EMAIL, password: "guess", company: "partner.example" });
      statuses.push((await fetch(`${url}/api/authenticate`, { method: "POST", body })).status);
    }
    return statuses.join(" ");
  };
}

test("`serve` limits direct sign-in by itself, as `--limit` says, or not at all", async (context) => {
  assert.equal(await (await served(context))(11), `${"401 ".repeat(10)}429`);
  const own = await served(context, "--limit", "replacement=5/1h", "--limit", "direct=2/1m");
  assert.equal(await own(3), "401 401 429");
  assert.equal(await (await served(context, "--limit", "none"))(12), "401 ".repeat(12).trim());
});

test("`serve --direct off` serves no direct sign-in", async (context) => {
  assert.equal(await (await served(context, "--direct", "off"))(1), "404");
});

test("the program takes the limits that the package takes, up to their bounds", () => {
  const given = ["none", "direct=1/1s", "sign-on=1000000/30d"];
  const limits = limitsOf(given);
  assert.deepEqual(limits, { direct: { attempts: 1, window: 1000 }, sign_on: { attempts: 1_000_000, window: 30 * 86_400_000 } });
  requireLimits(limits);
});

for (const [limit, says] of [
  ["direct", /Give none, or like direct=10\/15m: 1 to 1000000 in 1s to 30d, for direct, local, replacement or sign-on\./],
  ["direct=0/15m", /1 to 1000000/],
  ["direct=1/1m,none", /none goes first/],
  ["direct=1000001/15m", /1 to 1000000/],
  ["direct=1/15", /Give a whole number with its unit/],
  ["direct=1/0s", /1s to 30d/],
  ["direct=1/31d", /1s to 30d/],
  ["indirect=1/15m", /for direct, local, replacement or sign-on/],
  ["sign_on=1/15m", /for direct, local, replacement or sign-on/],
]) {
  test(`\`--limit ${limit}\` is refused`, () =>
    // One that is taken would serve until its time is over.
    check({ args: ["serve", "--db", "x", "--port", "0", "--limit", limit], code: 2, says, timeout: 20_000 }));
}
