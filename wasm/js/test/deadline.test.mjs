// A request is answered within its deadline, whatever its storage does or fails to do.

import assert from "node:assert/strict";
import { after, test } from "node:test";
import { createHandler, DeadlineError } from "ssokey";
import { memoryStorage } from "ssokey/memory";
import { createListener } from "ssokey/node";
import { keyOf, signOn } from "./partner.mjs";

const unhandled = [];
process.on("unhandledRejection", (reason) => unhandled.push(reason));
after(async () => {
  await new Promise(setImmediate);
  assert.deepEqual(unhandled, []);
});

const never = () => new Promise(() => {});
const passwords = { verify: async () => "match", hash: async () => "$argon2id$v=19$m=19456,t=2,p=1$c2FsdHNhbHQ$dGFn" };
const isPending = (promise) => Promise.race([promise.then(() => false), new Promise(setImmediate).then(() => true)]);

/** A handler whose time is the test's, over a storage of which methods are replaced. */
async function site(context, override, options = {}) {
  const storage = memoryStorage();
  const key = await keyOf(storage);
  const errors = [];
  const onError = (...told) => errors.push(told);
  const handler = await createHandler({ storage: { ...storage, ...override(storage) }, passwords, onError, ...options });
  context.mock.timers.enable({ apis: ["setTimeout"] });
  const call = () => handler(signOn(key, "one"));
  return { call, storage, errors, handler, tick: (time) => context.mock.timers.tick(time) };
}

/** Lets everything that waits for no timer go on. */
const settled = async () => {
  for (let turn = 0; turn < 50; turn += 1) await new Promise(setImmediate);
};

for (const method of ["findKey", "findUser", "createUser", "saveToken"])
  test(`a storage whose \`${method}\` never answers is answered for after 10 s`, async (context) => {
    const { call, tick, errors } = await site(context, () => ({ [method]: never }));
    const answer = call();
    await settled();
    tick(9_999);
    assert.ok(await isPending(answer));
    tick(1);
    const response = await answer;
    const { error } = await response.json();
    assert.deepEqual([response.status, error.code], [503, 5030]);
    const [[told, name], ...more] = errors;
    assert.ok(told instanceof DeadlineError);
    assert.equal(told.message, `\`${name}\` was not answered within the deadline of the request, 10000 ms`);
    assert.equal(
      name,
      method.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`),
    );
    assert.deepEqual(more, []);
  });

test("the deadline is an option, and the request's as a whole", async (context) => {
  const slow =
    (storage) =>
    (method) =>
    async (...given) => {
      await new Promise((resolve) => setTimeout(resolve, 400));
      return storage[method](...given);
    };
  const override = (storage) => ({ findKey: slow(storage)("findKey"), findUser: slow(storage)("findUser") });
  const { call, tick, errors, storage } = await site(context, override, { deadline: 700 });
  const answer = call();
  await settled();
  tick(400);
  await settled();
  tick(300);
  assert.equal((await answer).status, 503);
  assert.deepEqual(
    errors.map(([, name]) => name),
    ["find_user"],
  );
  tick(1_000);
  await settled();
  assert.deepEqual(storage.dump().users, [], "what is late leads to no further call");
});

test("once the time is over no call is carried out, also where the one that hung changes no answer", async (context) => {
  const saved = [];
  const { call, handler, tick, errors } = await site(context, (storage) => ({
    giveBack: never,
    saveToken(token, event) {
      saved.push(event.kind);
      return storage.saveToken(token, event);
    },
  }));
  assert.equal((await call()).status, 200);
  const body = new URLSearchParams({ userid: "ann@partner.example", password: "one", company: "partner.example" });
  const answer = handler(new Request("http://sso.example/api/authenticate", { method: "POST", body }));
  await settled();
  tick(10_000);
  assert.equal((await answer).status, 503);
  await settled();
  assert.deepEqual([saved, errors.map(([, name]) => name)], [["user_created"], ["give_back"]]);
});

test("what is late is ignored, a rejection too", async (context) => {
  let fail;
  const late = { findKey: () => new Promise((_, reject) => (fail = reject)) };
  const { call, tick } = await site(context, () => late);
  const answer = call();
  await settled();
  tick(10_000);
  assert.equal((await answer).status, 503);
  fail(new Error("late"));
  await settled();
});

test("what hashes is bounded alike, and may reject late", async (context) => {
  const fails = [];
  const hash = () => new Promise((_, reject) => fails.push(reject));
  const { call, tick, errors } = await site(context, () => ({}), { passwords: { verify: hash, hash } });
  const answer = call();
  await settled();
  tick(10_000);
  const { error } = await (await answer).json();
  assert.equal(error.code, 5030);
  assert.equal(errors[0][1], "hash_password");
  for (const fail of fails) fail(new Error("late"));
  await settled();
});

test("a log that hangs changes no answer", async (context) => {
  const { call, tick } = await site(context, () => ({ findKey: async () => undefined, audit: never }));
  const answer = call();
  await settled();
  tick(10_000);
  assert.equal((await answer).status, 401);
});

test("a session is bounded alike", async (context) => {
  let isSilent = false;
  const findToken = (storage) => (digest) => (isSilent ? never() : storage.findToken(digest));
  const { handler, call, tick } = await site(context, (storage) => ({ findToken: findToken(storage) }));
  const { token } = (await (await call()).json()).return;
  isSilent = true;
  const headers = new Headers({ authorization: `Bearer ${token}` });
  const found = handler.requireSession({ method: "GET", headers }, { product: null });
  await settled();
  tick(10_000);
  assert.equal((await found).response.status, 503);
});

test("a request that is answered leaves no timer", async (context) => {
  const cleared = context.mock.fn(clearTimeout);
  const { call } = await site(context, () => ({}));
  context.mock.method(globalThis, "clearTimeout", cleared);
  assert.equal((await call()).status, 200);
  assert.equal(cleared.mock.callCount(), 1);
});

test("a deadline that is none is refused, with the remedy", async () => {
  const message = "`deadline` must be a whole number of milliseconds from 1 to 600000";
  for (const deadline of [0, -1, 1.5, 600_001, "10s", Number.NaN, Number.POSITIVE_INFINITY, null]) {
    for (const create of [createHandler, createListener])
      await assert.rejects(create({ storage: memoryStorage(), deadline }), { name: "SettingsError", message }, String(deadline));
  }
});
