// Nothing is left of a trap, or of hashes that take more memory than today's. `ssokey/manual` hashes in this thread.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { createHandler, loadCore, Overloaded, useArgon2id, useWasm } from "ssokey/manual";
import { memoryStorage } from "ssokey/memory";
import { coreOver } from "../dist/core/core.js";
import { guarded } from "../dist/core/trap.js";
import { corrupt, deciding, hashing, memoryOf } from "./instance.mjs";
import { fields, keyOf, SIGN_ON, signOn } from "./partner.mjs";

useWasm(readFileSync(new URL("../dist/ssokey.wasm", import.meta.url)));
useArgon2id(readFileSync(new URL("../dist/argon2id.wasm", import.meta.url)));

const SALT = "00112233445566778899aabbccddeeff";
/** The most memory that a stored hash may ask for. No password has it. */
const LARGE = `$argon2id$v=19$m=65536,t=1,p=1$c29tZXNhbHRzb21lc2FsdA$${"A".repeat(43)}`;
const FRESH = 2 * 1024 * 1024;

async function site(override = {}) {
  const storage = memoryStorage();
  const key = await keyOf(storage);
  const told = [];
  const onError = ({ name, message }, call) => told.push([name, call, message]);
  const handler = await createHandler({ storage: { ...storage, ...override }, onError });
  const signsOn = async (password) => (await handler(signOn(key, password))).status;
  return { storage, key, told, handler, signsOn };
}

for (const [name, instance, status, call] of [
  ["deciding", deciding, 500, undefined],
  ["hashing", hashing, 503, "verify_password"],
])
  test(`when the instance for ${name} traps, that request gets ${status} and the next one works`, async () => {
    const { signsOn, told, storage } = await site();
    assert.equal(await signsOn("one"), 200);
    corrupt(instance);
    assert.equal(await signsOn("one"), status);
    assert.deepEqual(
      told.map(([error, call]) => [error, call]),
      [["RuntimeError", call]],
    );
    assert.deepEqual([await signsOn("one"), await signsOn("two")], [200, 200]);
    assert.equal(storage.dump().users[0].credentialVersion, 2);
  });

test("a request that was under way in an instance that trapped gets 500 and leaves the new one alone", async () => {
  let asked;
  let release;
  const isAsked = new Promise((resolve) => (asked = resolve));
  const held = new Promise((resolve) => (release = resolve));
  const findKey = () => {
    asked();
    return held;
  };
  const slow = await site({ findKey });
  const { signsOn, key, handler } = await site();
  const underWay = slow.signsOn("one");
  await isAsked;
  corrupt(deciding);
  assert.equal((await handler(new Request(`${SIGN_ON}?${fields(key, "one")}`))).status, 500);
  release(undefined);
  assert.equal(await underWay, 500);
  assert.match(slow.told[0][2], /stale/);
  for (let count = 0; count < 5; count += 1) assert.equal(await signsOn("one"), 200);
});

test("what is refused on purpose, or by the host's own fault, replaces no instance", async () => {
  const { signsOn, storage } = await site();
  const handler = await createHandler({ storage, random: () => new Uint8Array(3) });
  const nonsense = await createHandler({ storage, random: () => undefined });
  const instance = deciding();
  for (const broken of [handler, nonsense]) assert.equal((await broken(new Request(SIGN_ON))).status, 500);
  assert.equal(deciding(), instance);
  assert.equal(await signsOn("one"), 200);
});

test("what is no string is refused before the wasm has it, and a request that is under way goes on", async () => {
  let release;
  const held = new Promise((resolve) => (release = resolve));
  const findKey = (digest) => held.then(() => storage.findKey(digest));
  const { signsOn, storage } = await site({ findKey });
  const underWay = signsOn("one");
  const core = await loadCore();
  const configured = core.configure({});
  const moment = { now: Date.now(), entropy: new Uint8Array(80) };
  const { path } = configured.operations.find(({ name }) => name === "session");
  const head = { method: "GET", path, contentType: undefined, contentEncoding: [], source: undefined };
  const bytes = { query: new Uint8Array(), body: new Uint8Array() };
  const decision = configured.begin({ ...head, ...bytes, authorization: [`Bearer ${crypto.randomUUID()}`] }, moment);
  const instance = deciding();
  decision.step();
  for (const wrong of [5, null, undefined, {}, ["a"], { length: 2 ** 31 }, Symbol("a"), 5n, new String("a")]) {
    for (const name of ["canonicalEmail", "canonicalDomain", "digest", "isValidPassword", "isLaunchUrl"])
      assert.throws(() => core[name](wrong), { name: "TypeError", message: "the argument must be a string" });
    assert.throws(() => configured.isServed(wrong), { name: "TypeError", message: "the argument must be a string" });
    assert.throws(() => configured.failure(wrong), {
      name: "SettingsError",
      message: /^there is no failure .*; the failures are `internal`, /,
    });
    if (wrong !== undefined) assert.throws(() => decision.step(wrong), { name: "TypeError" });
  }
  for (const wrong of [5, null, undefined, [], "a"]) assert.throws(() => core.configure(wrong), { name: "SettingsError" });
  assert.equal(deciding(), instance);
  release();
  assert.equal(await underWay, 200);
});

test("a failure has seconds within the bounds of Overloaded", async () => {
  const { failure } = (await loadCore()).configure({});
  for (const seconds of [-1, 1.5, 2 ** 32, Number.NaN, "1", null]) {
    const error = { name: "RangeError", message: "the seconds must be an integer from 0 to 4294967295" };
    assert.throws(() => failure("overloaded", seconds), error);
    assert.throws(() => new Overloaded(seconds), error);
  }
  const retryAfter = (seconds) => new Map(failure("overloaded", seconds).headers).get("retry-after");
  assert.deepEqual([undefined, 0, 2 ** 32 - 1].map(retryAfter), ["1", "0", "4294967295"]);
});

test("hashes of today's costs stay in one instance, whose memory does not grow", async () => {
  const { passwords } = await loadCore();
  const hash = await passwords.hash("one", SALT);
  const instance = hashing();
  const memory = memoryOf(hashing);
  for (let count = 0; count < 10; count += 1) assert.equal(await passwords.verify("one", hash), "match");
  assert.equal(hashing(), instance);
  assert.equal(memoryOf(hashing), memory);
});

test("a stored hash of larger costs is verified, and its memory given back", async () => {
  const { passwords } = await loadCore();
  for (let count = 0; count < 3; count += 1) {
    assert.equal(await passwords.verify("one", LARGE), "no_match");
    const large = hashing();
    assert.equal(await passwords.verify("one", "unreadable"), "unreadable");
    assert.notEqual(hashing(), large);
    assert.ok(memoryOf(hashing) < FRESH);
  }
  assert.equal(await passwords.verify("one", await passwords.hash("one", SALT)), "match");
});

test("a stored hash beyond the bounds takes no memory", async () => {
  const { passwords } = await loadCore();
  corrupt(hashing);
  await assert.rejects(passwords.hash("one", SALT), { name: "RuntimeError" });
  assert.equal(await passwords.verify("one", LARGE.replace("65536", "65537")), "unreadable");
  assert.ok(memoryOf(hashing) < FRESH);
});

test("a decision of an instance that is gone is not freed in the new one", () => {
  const freed = [];
  let traps = false;
  class Settings {}
  class Decision {
    step() {
      if (traps) throw new WebAssembly.RuntimeError("unreachable");
      return "{}";
    }
    free() {
      freed.push(this);
    }
  }
  const core = coreOver({ Settings, Decision, bodyLimit: () => 0, operations: () => "[]" }, () => {});
  const configured = core.configure({});
  const moment = { now: 0, entropy: new Uint8Array(80) };
  const stale = configured.begin({}, moment);
  traps = true;
  assert.throws(() => configured.begin({}, moment).step(), { name: "RuntimeError" });
  stale.free();
  assert.equal(freed.length, 0);
  configured.begin({}, moment).free();
  assert.equal(freed.length, 1);
});

test("a stack that overflowed is a trap, and what the wasm says on purpose is none", () => {
  const resets = (error) => {
    let count = 0;
    const fail = () => {
      throw error;
    };
    assert.throws(
      () => guarded(fail, () => (count += 1)),
      (thrown) => (typeof error === "string" ? thrown instanceof TypeError && thrown.message === error : thrown === error),
    );
    return count;
  };
  assert.equal(resets(new RangeError("Maximum call stack size exceeded")), 1);
  assert.equal(resets(new WebAssembly.RuntimeError("unreachable")), 1);
  assert.equal(resets("a reply is missing"), 0);
  assert.equal(resets(new TypeError("entropy is undefined")), 0);
});
