// A request is answered within its deadline, whatever its storage does or fails to do.

import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer } from "node:http";
import { connect } from "node:net";
import { after, test } from "node:test";
import { createHandler, DeadlineError } from "ssokey";
import { memoryStorage } from "ssokey/memory";
import { createListener } from "ssokey/node";
import * as operator from "ssokey/operator";
import { all, COMPANY, fields, keyOf, signOn } from "./partner.mjs";

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
  return { key, call, storage, errors, handler, tick: (time) => context.mock.timers.tick(time) };
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

/** A body that gives its first byte, and then nothing more until it is cancelled. */
function endless() {
  const body = { isCancelled: false };
  body.stream = new ReadableStream({
    start: (controller) => controller.enqueue(new TextEncoder().encode("e")),
    cancel() {
      body.isCancelled = true;
    },
  });
  return body;
}

test("a body that does not end is answered for by the deadline, with the 400 that the server gives, and read no further", async (context) => {
  const { handler, tick, errors } = await site(context, () => ({}));
  const body = endless();
  const headers = { "content-type": "application/x-www-form-urlencoded" };
  const init = { method: "POST", headers, body: body.stream, duplex: "half" };
  const request = new Request("http://sso.example/api/sso/authenticate", init);
  const answer = handler(request);
  await settled();
  tick(9_999);
  assert.ok(await isPending(answer));
  tick(1);
  const response = await answer;
  assert.deepEqual([response.status, (await response.json()).error.code], [400, 4000]);
  await settled();
  tick(1_000);
  await settled();
  assert.deepEqual([body.isCancelled, errors], [true, []]);
});

test("what the body took is not there for the storage: the deadline is one", async (context) => {
  const { key, handler, storage, tick, errors } = await site(context, () => ({ findKey: never }));
  let end;
  const stream = new ReadableStream({
    start(controller) {
      end = () => {
        controller.enqueue(new TextEncoder().encode(String(fields(key, "one"))));
        controller.close();
      };
    },
  });
  const headers = { "content-type": "application/x-www-form-urlencoded" };
  const init = { method: "POST", headers, body: stream, duplex: "half" };
  const answer = handler(new Request("http://sso.example/api/sso/authenticate", init));
  await settled();
  tick(8_000);
  end();
  await settled();
  tick(2_000);
  assert.equal((await answer).status, 503);
  assert.deepEqual([errors.length, storage.dump().users.length], [1, 0]);
});

test("a listener bounds a body alike, also where its server does not", async () => {
  const listener = await createListener({ storage: memoryStorage(), deadline: 300 });
  const server = createServer({ requestTimeout: 0, headersTimeout: 0 }, listener).listen(0, "127.0.0.1");
  await once(server, "listening");
  const socket = connect(server.address().port, "127.0.0.1");
  socket.write("POST /api/sso/authenticate HTTP/1.1\r\nhost: a\r\ncontent-length: 100\r\n\r\nemail");
  const [part] = await once(socket, "data");
  assert.match(part.toString(), /^HTTP\/1\.1 400 /);
  socket.destroy();
  server.close();
});

const USER = { companyEmail: COMPANY, userEmail: "ann@partner.example", password: "one" };

for (const [name, command] of [
  ["addUser", (storage, options) => operator.addUser(storage, USER, options)],
  ["setCompany", (storage, options) => operator.setCompany(storage, { companyEmail: COMPANY, name: "Other" }, options)],
  ["listUsers", (storage, options) => all(operator.listUsers(storage, { companyEmail: COMPANY }, options))],
  ["purge", (storage, options) => operator.purge(storage, {}, options)],
])
  test(`\`${name}\` of an operator ends, whichever call hangs, and says which`, async () => {
    const memory = memoryStorage();
    await keyOf(memory);
    const called = [];
    const watch = ([method, run]) => [
      method,
      (...given) => {
        called.push(method);
        return run(...given);
      },
    ];
    const watched = Object.fromEntries(Object.entries(memory).map(watch));
    await command(watched, { passwords });
    for (const method of new Set(called)) {
      const hung = { ...memory, [method]: never };
      const call = method.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
      const message = `\`${call}\` was not answered in time`;
      await assert.rejects(command(hung, { passwords, deadline: 30 }), { name: "LateError", message });
    }
  });

test("an operator's call has 65 s by default, and what hashes as well", async (context) => {
  const storage = memoryStorage();
  await keyOf(storage);
  context.mock.timers.enable({ apis: ["setTimeout"] });
  const hanging = { verify: never, hash: never };
  const added = operator.addUser(storage, USER, { passwords: hanging });
  const outcome = assert.rejects(added, { name: "LateError", message: "`hash_password` was not answered in time" });
  await settled();
  context.mock.timers.tick(64_999);
  assert.ok(await isPending(added.catch(() => {})));
  context.mock.timers.tick(1);
  await outcome;
});

test("an operator's deadline that is none is refused, and an event of a command is told", async () => {
  const storage = memoryStorage();
  await keyOf(storage);
  for (const deadline of [0, "10s", 600_001])
    await assert.rejects(operator.purge(storage, {}, { deadline }), { name: "SettingsError" });
  const events = [];
  await operator.addUser(storage, USER, { passwords, onEvent: (event) => events.push(event) });
  assert.deepEqual(
    events.map(({ kind, companyId, userId }) => [kind, companyId, userId]),
    [["user_added", 1, 1]],
  );
  assert.deepEqual(events, [storage.dump().events.at(-1)]);
});

for (const [title, iterator] of [
  ["a stream", (next) => ({ next, return: async () => ({ done: true }) })],
  ["an iterator that cannot be told to end", (next) => ({ next })],
])
  test(`a body of nothing but empty parts, from ${title}, is over at the deadline, and is read no more`, async () => {
    const handler = await createHandler({ storage: memoryStorage(), deadline: 50 });
    let parts = 0;
    const next = async () => {
      parts += 1;
      // Without a bound this would be the end of the test.
      if (parts > 1_000_000) throw new Error("too many parts");
      return { value: new Uint8Array() };
    };
    const body = { [Symbol.asyncIterator]: () => iterator(next) };
    const request = { method: "POST", url: "http://sso.example/api/sso/authenticate", headers: new Headers(), body };
    assert.equal((await handler(request)).status, 400);
    await new Promise((resolve) => setTimeout(resolve, 10));
    const read = parts;
    await new Promise((resolve) => setTimeout(resolve, 50));
    assert.equal(parts, read);
    assert.ok(read < 1_000);
  });
