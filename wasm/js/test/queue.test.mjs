// Whose hash is computed next, wherever hashes are computed.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { createHandler, Overloaded } from "ssokey";
import { memoryStorage } from "ssokey/memory";
import { passwordPool } from "ssokey/pool";
import { passwordsInThread } from "../dist/core/hashing.js";
import { networkOf } from "../dist/core/network.js";
import { HashQueue } from "../dist/core/queue.js";
import { keyOf, signOn } from "./partner.mjs";

const SALT = "00112233445566778899aabbccddeeff";
const module = new WebAssembly.Module(readFileSync(new URL("../dist/argon2id.wasm", import.meta.url)));

const FACES = {
  "on a thread": (context, options) => {
    const pool = passwordPool({ threads: 1, ...options });
    context.after(() => pool.close());
    return pool;
  },
  "in the thread that asks": (_context, options) => passwordsInThread(async () => module, options),
};

/** What asks for hashes while one is computed. `asked` names those that were asked for, `done` those that came, in order. */
async function asking(passwords) {
  const done = [];
  const outcomes = [];
  await passwords.hash("any", SALT);
  const first = passwords.hash("any", SALT, { keyed: true, companyId: 99 });
  const ask = (name, context, count = 1) => {
    for (let index = 0; index < count; index += 1) {
      const hash = passwords.hash("any", SALT, context);
      outcomes.push(
        hash.then(
          () => done.push(name),
          (error) => done.push(error instanceof Overloaded ? `no ${name}` : error),
        ),
      );
    }
  };
  const ended = async () => {
    await Promise.allSettled([first, ...outcomes]);
    return done;
  };
  return { ask, ended, done };
}

async function timeOfOneHash(passwords) {
  await passwords.hash("any", SALT);
  const begun = performance.now();
  await passwords.hash("any", SALT);
  return performance.now() - begun;
}

const company = (companyId) => ({ keyed: true, companyId });
const keyless = (source, companyId = null) => ({ keyed: false, companyId, source });
const PATIENT = { wait: 20_000 };

for (const [where, open] of Object.entries(FACES)) {
  test(`${where}, hashes without a key get one start in five while others wait, whatever their company`, async (context) => {
    const { ask, ended } = await asking(open(context, PATIENT));
    ask("keyless", keyless("192.0.2.1"), 8);
    ask("keyless", keyless("192.0.2.2", 1), 8);
    ask("keyed", company(1), 16);
    const order = await ended();
    const contested = order.slice(order.indexOf("keyed"), order.lastIndexOf("keyed"));
    assert.ok([3, 4].includes(contested.filter((name) => name === "keyless").length), order.join(" "));
    // Of those without a key some may have begun before the others came.
    assert.ok(order.lastIndexOf("keyed") <= 22, order.join(" "));
    assert.equal(order.length, 32);
  });

  test(`${where}, companies are served in turn, and so are networks without a key`, async (context) => {
    const { ask, ended } = await asking(open(context, PATIENT));
    ask("A", company(1), 6);
    ask("B", company(2), 2);
    ask("C", company(3));
    // The first may have begun before the others came.
    assert.match((await ended()).join(""), /^A?ABCABA{3,4}$/);
    const networks = await asking(open(context, PATIENT));
    for (let index = 1; index < 6; index += 1) networks.ask("a", keyless(`2001:db8::${index}`));
    networks.ask("b", keyless("2001:db8:0:1::1"), 2);
    networks.ask("c", keyless("::ffff:192.0.2.1"));
    assert.match((await networks.ended()).join(""), /^a?abcaba{2,3}$/);
  });

  test(`${where}, a hash that waited for its time is refused, and the next ones are computed`, async (context) => {
    const wait = 100 + Math.ceil(4 * (await timeOfOneHash(open(context))));
    const passwords = open(context, { wait });
    const { ask, ended } = await asking(passwords);
    const begun = performance.now();
    ask("hash", company(1), 200);
    const order = await ended();
    assert.ok(order.filter((name) => name === "no hash").length >= 50, order.join(" "));
    assert.ok(order.includes("hash"));
    assert.ok(performance.now() - begun < 3 * wait + 1000, `${performance.now() - begun} ms`);
    assert.match(await passwords.hash("any", SALT), /^\$argon2id/);
  });

  test(`${where}, a hash whose client is gone waits no longer`, async (context) => {
    const { ask, ended, done } = await asking(open(context, PATIENT));
    const [client, gone] = [new AbortController(), new AbortController()];
    gone.abort();
    ask("stays", company(1));
    ask("leaves", { ...company(1), signal: client.signal }, 3);
    ask("left", { ...company(1), signal: gone.signal });
    ask("stays", company(1));
    client.abort();
    await new Promise(setImmediate);
    assert.deepEqual(done.filter((name) => name !== "stays").sort(), ["no leaves", "no leaves", "no leaves", "no left"]);
    assert.deepEqual((await ended()).filter((name) => name === "stays").length, 2);
  });

  test(`${where}, a full queue gives up hashes without a key first, and then of the longest line`, async (context) => {
    const { ask, ended } = await asking(open(context, { ...PATIENT, queue: 4 }));
    ask("keyless", keyless("192.0.2.1"), 4);
    ask("A", company(1), 3);
    ask("B", company(2));
    ask("late", keyless("192.0.2.2"));
    ask("C", company(3));
    const order = await ended();
    // Here and there the hash that was under way waits as well.
    assert.match(
      order
        .filter((name) => name.startsWith("no "))
        .sort()
        .join(),
      /^(no A,){1,2}(no keyless,){3,4}no late$/,
    );
    assert.deepEqual(order.filter((name) => ["B", "C"].includes(name)).length, 2);
  });
}

test("a queue takes whole numbers only", () => {
  for (const options of [{ queue: -1 }, { queue: 1.5 }, { wait: 0 }, { wait: "1" }, { wait: 600_001 }, { wait: 2 ** 31 }]) {
    assert.throws(() => new HashQueue(options), { name: "RangeError", message: /is an integer from (0|1 to 600000)$/ });
  }
});

test("a network is a /64 of IPv6, an address of IPv4, and else the text", () => {
  const networks = {
    "2001:db8::1": "2001:db8:0:0::/64",
    "2001:DB8:0:0:1:2:3:4": "2001:db8:0:0::/64",
    "2001:0db8:0000:0001::": "2001:db8:0:1::/64",
    "fe80::1%eth0": "fe80:0:0:0::/64",
    "::1": "0:0:0:0::/64",
    "64:ff9b::192.0.2.1": "64:ff9b:0:0::/64",
    "::ffff:192.0.2.1": "192.0.2.1",
    "192.0.2.1": "192.0.2.1",
    "a proxy": "a proxy",
    "": "",
  };
  for (const [address, network] of Object.entries(networks)) assert.equal(networkOf(address), network, address);
});

test("what hashes is told of the client's address and of its leaving", async () => {
  const storage = memoryStorage();
  const key = await keyOf(storage);
  const contexts = [];
  const passwords = {
    verify: async () => "match",
    hash: async (_password, _salt, context) => {
      contexts.push(context);
      throw new Error("its client is gone");
    },
  };
  const told = [];
  const handler = await createHandler({ storage, passwords, source: () => "192.0.2.1", onError: (error) => told.push(error) });
  const client = new AbortController();
  const request = new Request(signOn(key, "one"), { signal: client.signal });
  client.abort();
  const { status } = await handler(request);
  const [{ signal, ...context }] = contexts;
  assert.deepEqual([context, signal.aborted], [{ keyed: true, companyId: 1, source: "192.0.2.1" }, true]);
  assert.deepEqual([status, told, storage.dump().users.length], [503, [], 0]);
});

test("a pool counts what waits for its thread, with a key and without", async (context) => {
  const pool = passwordPool({ threads: 1 });
  context.after(() => pool.close());
  const hashes = [true, true, false, false, false].map((keyed) => pool.hash("any", SALT, { keyed, companyId: 1 }));
  assert.deepEqual(pool.waiting(), { keyed: 1, keyless: 3 });
  await Promise.all(hashes);
  assert.deepEqual(pool.waiting(), { keyed: 0, keyless: 0 });
});
