// Refusals are stored together, in bounded number, and none of them is forgotten.

import assert from "node:assert/strict";
import { test } from "node:test";
import { createHandler, loadCore } from "ssokey";
import { memoryStorage } from "ssokey/memory";
import { createListener } from "ssokey/node";
import { handlerOver } from "../dist/http/handler.js";
import { kept, sampled } from "../dist/storage/refusals.js";
import { keyOf, signOn } from "./partner.mjs";

const event = (at, kind = "key_refused") => ({ kind, reason: "unknown", at, source: "192.0.2.1" });
const passwords = { verify: async () => "match", hash: async () => "$argon2id$v=19$m=19456,t=2,p=1$c2FsdHNhbHQ$dGFn" };
const settled = async () => {
  for (let turn = 0; turn < 200; turn += 1) await new Promise(setImmediate);
};

/** Refusals whose clock is the test's, and what they store. */
function site(context, by = kept, store = async () => {}) {
  let now = 0;
  context.mock.timers.enable({ apis: ["setTimeout"] });
  context.mock.method(performance, "now", () => now);
  const rows = [];
  const errors = [];
  const refusals = by(
    async (event) => {
      await store(event);
      rows.push(event);
    },
    (...error) => errors.push(error),
  );
  const pass = async (milliseconds) => {
    now += milliseconds;
    context.mock.timers.tick(milliseconds);
    await settled();
  };
  return { refusals, rows, errors, pass };
}

/** The number of refusals that the rows stand for, by kind. */
function told(rows) {
  const counts = {};
  for (const { kind, reason } of rows) {
    const numbers = kind === "refusals_omitted" ? reason.split(", ").map((part) => part.split(" ")) : [[kind, 1]];
    for (const [name, count] of numbers) counts[name] = (counts[name] ?? 0) + Number(count);
  }
  return counts;
}

test("refusals are stored once in a second, in their order", async (context) => {
  const { refusals, rows, pass } = site(context);
  for (const at of [1, 2, 3]) await refusals.add(event(at));
  await pass(999);
  assert.deepEqual(rows, []);
  await pass(1);
  assert.deepEqual(
    rows.map(({ at }) => at),
    [1, 2, 3],
  );
  await refusals.add(event(4));
  await pass(999);
  assert.equal(rows.length, 3);
  await pass(1);
  assert.equal(rows.length, 4);
});

test("a flood has at most 1,000 rows in a minute, one of each second counts the others, and none is missing", async (context) => {
  const { refusals, rows, pass } = site(context);
  let sent = 0;
  for (let second = 0; second < 60; second += 1) {
    for (let each = 0; each < 100; each += 1) await refusals.add(event(sent++, each % 2 ? "key_refused" : "sign_in_refused"));
    await pass(1_000);
  }
  assert.ok(rows.length <= 1_000, String(rows.length));
  const omitted = rows.filter(({ kind }) => kind === "refusals_omitted");
  assert.ok(omitted.length > 0 && omitted.length <= 60);
  assert.match(omitted[0].reason, /^(key_refused|sign_in_refused) \d+, (key_refused|sign_in_refused) \d+$/);
  assert.deepEqual(told(rows), { key_refused: 3_000, sign_in_refused: 3_000 });
  await pass(61_000);
  await refusals.add(event(sent));
  await pass(1_000);
  assert.equal(rows.at(-1).kind, "key_refused", "after a minute there is room again");
});

test("what a storage fails to store is told and counted, and stored as a number later", async (context) => {
  let isFull = true;
  const store = async () => {
    if (isFull) throw new Error("full");
  };
  const { refusals, rows, errors, pass } = site(context, kept, store);
  for (const at of [1, 2, 3]) await refusals.add(event(at));
  await pass(1_000);
  assert.deepEqual([rows.length, errors.length, errors[0][1]], [0, 1, "audit"]);
  await pass(60_000);
  assert.equal(errors.length, 1, "it is not tried again before the next refusal");
  isFull = false;
  await refusals.add(event(4));
  await pass(1_000);
  assert.deepEqual(told(rows), { key_refused: 4 });
});

test("a storage that hangs holds neither refusals nor the end", async (context) => {
  const { refusals, errors, pass } = site(context, kept, () => new Promise(() => {}));
  await refusals.add(event(1));
  const flushed = refusals.flush();
  await settled();
  await pass(1_000);
  await flushed;
  assert.deepEqual([errors.length, errors[0][0].name], [1, "LateError"]);
});

test("the end waits two seconds for rows that are late one after the other", async (context) => {
  const late = () => new Promise((resolve) => setTimeout(resolve, 990));
  const { refusals, errors, pass } = site(context, kept, late);
  for (const at of [1, 2, 3]) await refusals.add(event(at));
  await pass(1_000);
  await refusals.add(event(4));
  let isOver = false;
  const flushed = refusals.flush().then(() => (isOver = true));
  for (let passed = 0; passed < 2_000; passed += 10) await pass(10);
  assert.ok(isOver);
  await flushed;
  assert.equal(errors.at(-1)[0].name, "LateError");
});

test("what waits is stored at the end, and leaves no timer", async (context) => {
  const { refusals, rows, pass } = site(context);
  await refusals.add(event(1));
  await refusals.flush();
  assert.equal(rows.length, 1);
  await pass(5_000);
  assert.equal(rows.length, 1);
});

test("without a process one of a second is stored, and the number of the others", async (context) => {
  const { refusals, rows, pass } = site(context, sampled);
  for (const at of [1, 2, 3]) await refusals.add(event(at));
  assert.equal(rows.length, 1);
  await pass(1_000);
  assert.equal(rows.length, 1, "no timer stores anything");
  await refusals.add(event(4));
  assert.deepEqual(
    rows.map(({ kind }) => kind),
    ["key_refused", "refusals_omitted", "key_refused"],
  );
  assert.deepEqual(told(rows), { key_refused: 4 });
  await refusals.add(event(5));
  await refusals.flush();
  assert.deepEqual(told(rows), { key_refused: 5 });
});

test("a handler in a process keeps refusals back, and each is told to `onEvent` at once, as what succeeds is", async () => {
  const storage = memoryStorage();
  const key = await keyOf(storage);
  const before = storage.dump().events.length;
  const events = [];
  const handler = await createHandler({ storage, passwords, onEvent: (event) => events.push(event) });
  assert.equal((await handler(signOn("ssok_wrong", "one"))).status, 401);
  assert.equal((await handler(signOn(key, "one"))).status, 200);
  assert.deepEqual(
    events.map(({ kind, reason, userId }) => [kind, reason, userId]),
    [
      ["key_refused", "malformed", null],
      ["user_created", null, 1],
    ],
  );
  const stored = () => storage.dump().events.slice(before);
  assert.deepEqual(stored(), [events[1]]);
  await handler.flush();
  assert.deepEqual(stored(), [events[1], events[0]]);
});

test("a listener does as well, and a handler of unknown runtimes takes the sample", async (context) => {
  context.mock.method(performance, "now", () => 1);
  const listener = await createListener({ storage: memoryStorage() });
  await listener.flush();
  const storage = memoryStorage();
  const handler = handlerOver(await loadCore(), { storage });
  for (let time = 0; time < 20; time += 1) await handler(signOn("ssok_wrong", "one"));
  assert.equal(storage.dump().events.length, 1);
  await handler.flush();
  assert.deepEqual(told(storage.dump().events), { key_refused: 20 });
});

for (const [title, onEvent] of [
  [
    "throws",
    () => {
      throw new Error("no");
    },
  ],
  ["rejects", () => Promise.reject(new Error("no"))],
])
  test(`an \`onEvent\` that ${title} changes no answer, and is told`, async () => {
    const storage = memoryStorage();
    const key = await keyOf(storage);
    const errors = [];
    const handler = await createHandler({ storage, passwords, onEvent, onError: (error) => errors.push(error.message) });
    assert.equal((await handler(signOn(key, "one"))).status, 200);
    assert.equal((await handler(signOn("ssok_wrong", "one"))).status, 401);
    await settled();
    assert.deepEqual(errors, ["no", "no"]);
    await handler.flush();
  });

test("an `onEvent` that changes what it is told changes nothing that is stored", async () => {
  const storage = memoryStorage();
  const key = await keyOf(storage);
  const seen = [];
  const onEvent = (event) => {
    seen.push(structuredClone(event));
    for (const name of Object.keys(event)) event[name] = "changed";
  };
  const handler = await createHandler({ storage, passwords, onEvent });
  assert.equal((await handler(signOn("ssok_wrong", "one"))).status, 401);
  assert.equal((await handler(signOn(key, "one"))).status, 200);
  await handler.flush();
  assert.deepEqual(storage.dump().events.slice(-2), seen.reverse());
});

test("without a process what could not be stored is counted", async (context) => {
  let isBroken = true;
  const { refusals, rows, pass } = site(context, sampled, async () => {
    if (isBroken) throw new Error("gone");
  });
  await assert.rejects(refusals.add(event(1)), /gone/);
  await refusals.add(event(2));
  isBroken = false;
  await pass(1_000);
  await refusals.add(event(3));
  assert.deepEqual(told(rows), { key_refused: 3 });
});

test("without a process a storage that hangs holds neither a refusal nor the end", async (context) => {
  const { refusals, errors, pass } = site(context, sampled, () => new Promise(() => {}));
  const added = assert.rejects(refusals.add(event(1)), { name: "LateError" });
  await settled();
  await pass(1_000);
  await added;
  const flushed = refusals.flush();
  await settled();
  await pass(2_000);
  await flushed;
  assert.deepEqual([errors.length, errors[0][0].name], [1, "LateError"]);
});

test("an event that was not stored with its change is not told", async () => {
  const storage = memoryStorage();
  const key = await keyOf(storage);
  const events = [];
  const failing = { ...storage, saveToken: () => Promise.reject(new Error("gone")) };
  const handler = await createHandler({ storage: failing, passwords, onEvent: (event) => events.push(event), onError() {} });
  assert.equal((await handler(signOn(key, "one"))).status, 503);
  assert.deepEqual(events, []);
});
