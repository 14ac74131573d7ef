import assert from "node:assert/strict";
import { test } from "node:test";
import { adminServer } from "../dist/http/admin.js";
import { liveness, readiness } from "../dist/http/health.js";
import { listening } from "./listening.mjs";

const unheard = () => assert.fail("nothing has failed");

/** A server of nothing but its state, over a storage that is written by `probe`. */
async function site(context, probe) {
  const errors = [];
  const ready = readiness(probe, (...error) => errors.push(error));
  const url = await listening(context, adminServer([ready.route, liveness()]));
  return { url, ready, errors };
}

async function told(response) {
  const { status, headers } = response;
  return [status, headers.get("content-type"), headers.get("cache-control"), await response.text()];
}

const OK = [200, "application/json", "no-store", '{"status":"ok"}'];
const UNAVAILABLE = [503, "application/json", "no-store", '{"status":"unavailable"}'];

/** Lets the time of `readiness` pass without anybody waiting for it. */
function clock(context) {
  let now = 1_000_000;
  context.mock.method(performance, "now", () => now);
  return (milliseconds) => (now += milliseconds);
}

test("the process is alive, whatever its database does", async (context) => {
  const { url } = await site(context, () => Promise.reject(new Error("the disk is full")));
  assert.deepEqual(await told(await fetch(`${url}/healthz`)), OK);
  assert.deepEqual(await told(await fetch(`${url}/healthz?verbose`, { method: "HEAD" })), [...OK.slice(0, 3), ""]);
});

test("a storage that can be written is ready, which is never cached", async (context) => {
  const { url, errors } = await site(context, async () => {});
  assert.deepEqual(await told(await fetch(`${url}/readyz`)), OK);
  assert.deepEqual(await told(await fetch(`${url}/readyz`, { method: "HEAD" })), [...OK.slice(0, 3), ""]);
  assert.deepEqual(errors, []);
});

test("a storage that cannot be written is not ready, until it can", async (context) => {
  const pass = clock(context);
  const failure = Object.assign(new Error("read only"), { code: "25006" });
  let isBroken = true;
  const { url, errors } = await site(context, () => (isBroken ? Promise.reject(failure) : Promise.resolve()));
  assert.deepEqual(await told(await fetch(`${url}/readyz`)), UNAVAILABLE);
  assert.deepEqual(errors, [[failure, undefined]]);
  isBroken = false;
  assert.deepEqual(await told(await fetch(`${url}/readyz`)), UNAVAILABLE, "asked once in 5 s");
  pass(5_000);
  assert.deepEqual(await told(await fetch(`${url}/readyz`)), OK);
});

test("a storage that throws is not ready", async (context) => {
  const { url } = await site(context, () => {
    throw new Error("closed");
  });
  assert.deepEqual(await told(await fetch(`${url}/readyz`)), UNAVAILABLE);
});

test("a storage that never answers is not ready, and one that fails late disturbs nobody", async (context) => {
  context.mock.timers.enable({ apis: ["setTimeout"] });
  const errors = [];
  let fail;
  const { route } = readiness(
    () => new Promise((_, reject) => (fail = reject)),
    (error) => errors.push(error.message),
  );
  const answer = route({ method: "GET", path: "/readyz" });
  context.mock.timers.tick(2_000);
  assert.equal((await answer).status, 503);
  assert.deepEqual(errors, ["the storage has not answered in time"]);
  fail(new Error("late"));
  await new Promise(setImmediate);
});

test("however many ask, and however often, the storage is asked once in 5 s", async (context) => {
  const pass = clock(context);
  let count = 0;
  const probe = async () => {
    count += 1;
  };
  const { route } = readiness(probe, unheard);
  const ask = () => route({ method: "GET", path: "/readyz" });
  const answers = await Promise.all(Array.from({ length: 64 }, ask));
  assert.deepEqual(new Set(answers.map(({ status }) => status)), new Set([200]));
  pass(4_999);
  await ask();
  assert.equal(count, 1);
  pass(1);
  await ask();
  assert.equal(count, 2);
});

test("a storage that has no room is not ready until there is, whatever the one row tells", async (context) => {
  const pass = clock(context);
  const asked = [];
  let hasRoom = false;
  let release;
  const held = new Promise((resolve) => (release = resolve));
  const { route, full } = readiness(
    async (forRoom) => {
      asked.push(forRoom);
      if (asked.length === 1) await held;
      if (forRoom && !hasRoom) throw new Error("full");
    },
    () => {},
  );
  const status = async () => (await route({ method: "GET", path: "/readyz" })).status;
  const first = status();
  full();
  release();
  assert.equal(await first, 200, "it was asked before");
  assert.equal(await status(), 503);
  pass(5_000);
  assert.equal(await status(), 503);
  hasRoom = true;
  full();
  assert.equal(await status(), 503);
  pass(5_000);
  assert.equal(await status(), 200);
  pass(5_000);
  assert.equal(await status(), 200);
  assert.deepEqual(asked, [false, true, true, false]);
});

test("a server that stops is alive and not ready", async (context) => {
  const { url, ready } = await site(context, async () => {});
  assert.equal((await fetch(`${url}/readyz`)).status, 200);
  ready.stop();
  assert.deepEqual(await told(await fetch(`${url}/readyz`)), UNAVAILABLE);
  assert.equal((await fetch(`${url}/healthz`)).status, 200);
});

test("both take GET and HEAD, and leave every other path", async (context) => {
  const { url } = await site(context, async () => {});
  for (const path of ["/healthz", "/readyz"]) {
    const refused = await fetch(url + path, { method: "POST", body: "x".repeat(100_000) });
    assert.deepEqual([refused.status, refused.headers.get("allow")], [405, "GET, HEAD"]);
  }
  for (const path of ["/", "/healthz/", "/Readyz", "//readyz"]) {
    assert.equal(liveness()({ method: "GET", path }), undefined, path);
    assert.equal((await fetch(url + path)).status, 404, path);
  }
});
