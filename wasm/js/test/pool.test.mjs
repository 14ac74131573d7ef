import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { test } from "node:test";
import { createHandler, Overloaded } from "ssokey";
import { memoryStorage } from "ssokey/memory";
import { passwordPool } from "ssokey/pool";
import { keyOf, signOn } from "./partner.mjs";
import { firstOf, threadsStarted } from "./thread.mjs";

const SALT = randomBytes(16).toString("hex");

/** A pool that is closed when the test ends, and the threads that it starts. */
function open(context, options) {
  const threads = threadsStarted(context);
  const pool = passwordPool(options);
  context.after(() => pool.close());
  return { pool, threads };
}

const refused = (results) => results.filter(({ reason }) => reason instanceof Overloaded).length;
const hashed = (results) => results.filter(({ value }) => value?.startsWith("$argon2id$")).length;

test("a pool hashes and verifies as the wasm does", async (context) => {
  const { pool } = open(context);
  const hash = await pool.hash("pässword\0", SALT);
  assert.match(hash, /^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
  assert.equal(await pool.verify("pässword\0", hash), "match");
  assert.equal(await pool.verify("pässword", hash), "no_match");
  assert.equal(await pool.verify("pässword\0", hash.replace("m=19456", "m=65537")), "unreadable");
});

test("threads are started when they are needed, and no more than allowed", async (context) => {
  const { pool, threads } = open(context, { threads: 2 });
  assert.equal(threads.length, 0);
  await pool.hash("one", SALT);
  await pool.hash("one", SALT);
  assert.equal(threads.length, 1);
  assert.equal(hashed(await Promise.allSettled(Array.from({ length: 6 }, () => pool.hash("one", SALT)))), 6);
  assert.equal(threads.length, 2);
});

test("who comes when the queue is full is refused at once, and the others get their hash", async (context) => {
  const { pool } = open(context, { threads: 1, queue: 2 });
  const order = [];
  const jobs = Array.from({ length: 5 }, (_, index) => pool.hash("one", SALT).finally(() => order.push(index)));
  const results = await Promise.allSettled(jobs);
  assert.deepEqual([hashed(results), refused(results)], [3, 2]);
  assert.deepEqual(order.slice(0, 2), [3, 4]);
  assert.equal(hashed(await Promise.allSettled([pool.hash("one", SALT)])), 1);
});

test("a sign-on that finds the queue full is answered with 503 and told when to come back", async (context) => {
  const { pool } = open(context, { threads: 1, queue: 0 });
  const storage = memoryStorage();
  const key = await keyOf(storage);
  const handler = await createHandler({ storage, passwords: pool });
  const responses = await Promise.all(["one", "two"].map((password) => handler(signOn(key, password))));
  const [late] = responses.filter(({ status }) => status === 503);
  assert.deepEqual(responses.map(({ status }) => status).sort(), [200, 503]);
  assert.equal(late.headers.get("retry-after"), "1");
  assert.equal((await late.json()).error.code, 5031);
  assert.equal(storage.dump().users.length, 1);
});

test("what cannot be hashed is refused, and takes no thread", async (context) => {
  const { pool, threads } = open(context, { threads: 1 });
  for (const [password, salt] of [
    [Symbol("x"), SALT],
    ["", SALT],
    ["a", "00"],
  ])
    await assert.rejects(pool.hash(password, salt), { name: "TypeError" });
  assert.equal(threads.length, 0);
  assert.match(await pool.hash("a", SALT), /^\$argon2id\$/);
});

test("a thread that dies fails its own hash only, and is replaced", async (context) => {
  const { pool, threads } = open(context, { threads: 2 });
  const jobs = Array.from({ length: 6 }, () => pool.hash("one", SALT));
  await (await firstOf(threads)).terminate();
  const results = await Promise.allSettled(jobs);
  assert.equal(hashed(results), 5);
  assert.match(results[0].reason.message, /a thread that hashed has ended/);
  assert.equal(threads.length, 3);
});

test("a sign-on whose thread dies is answered with 503, told to onError, and the next one works", async (context) => {
  const { pool, threads } = open(context, { threads: 1 });
  const storage = memoryStorage();
  const key = await keyOf(storage);
  const told = [];
  const onError = ({ message }, call) => told.push([message, call]);
  const handler = await createHandler({ storage, passwords: pool, onError });
  const failing = handler(signOn(key, "one"));
  await (await firstOf(threads)).terminate();
  const response = await failing;
  assert.deepEqual([response.status, (await response.json()).error.code], [503, 5030]);
  assert.deepEqual(told, [["a thread that hashed has ended", "hash_password"]]);
  assert.equal(storage.dump().users.length, 0);
  assert.equal((await handler(signOn(key, "one"))).status, 200);
});

test("an idle thread that dies is missed by nobody", async (context) => {
  const { pool, threads } = open(context, { threads: 1 });
  await pool.hash("one", SALT);
  await threads[0].terminate();
  assert.match(await pool.hash("one", SALT), /^\$argon2id\$/);
  assert.equal(threads.length, 2);
});

test("closing a pool ends its threads and rejects what waits and what comes", async (context) => {
  const { pool, threads } = open(context, { threads: 1 });
  const jobs = Promise.allSettled([pool.hash("one", SALT), pool.hash("two", SALT)]);
  const ended = once(await firstOf(threads), "exit");
  await pool.close();
  await ended;
  const late = Promise.allSettled([pool.hash("three", SALT)]);
  for (const { reason } of [...(await jobs), ...(await late)]) assert.match(reason.message, /the password pool is closed/);
  assert.equal(threads.length, 1);
});

test("a pool takes whole numbers only", () => {
  for (const options of [{ threads: 0 }, { threads: 1.5 }, { queue: -1 }, { queue: Infinity }, { threads: "2" }]) {
    assert.throws(() => passwordPool(options), { name: "RangeError", message: /is an integer from [01]$/ });
  }
});
