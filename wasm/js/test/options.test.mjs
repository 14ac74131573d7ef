// Mistakes in options are told when a handler, a listener or a command is made, not by requests that fail.

import assert from "node:assert/strict";
import * as crypto from "node:crypto";
import { test } from "node:test";
import { createHandler, loadCore } from "ssokey";
import { load } from "ssokey/argon2id";
import { memoryStorage } from "ssokey/memory";
import { nativePasswords } from "ssokey/native";
import { createListener } from "ssokey/node";
import { nodeCryptoPasswords } from "ssokey/node-crypto";
import { addUser, listCompanies, listEvents, listProducts, purge } from "ssokey/operator";
import { passwordPool } from "ssokey/pool";
import { fields, keyOf, signOn } from "./partner.mjs";

const passwords = { verify: async () => "match", hash: async () => "$argon2id$own" };

const LIMITS = { direct: { attempts: 2, window: 60_000 } };

/** Storage that lacks some of its methods. */
const without = (...names) => Object.fromEntries(Object.entries(memoryStorage()).filter(([name]) => !names.includes(name)));

const MISTAKES = [
  ["no options", undefined, /the options must be given, such as `\{ storage \}`/],
  ["options that are a promise", Promise.resolve({}), /the options must not be a promise; `await` it first/],
  ["no storage", {}, /`storage` must be given, such as `memoryStorage\(\)`/],
  ["null as storage", { storage: null }, /`storage` must be given/],
  ["a promise of a storage", { storage: Promise.resolve(memoryStorage()) }, /`storage` must not be a promise; `await` it first/],
  ["a storage that was not called", { storage: memoryStorage }, /`storage` must not be a function; call it first/],
  ["a URL as storage", { storage: "sso.db" }, /`storage` must be an object/],
  [
    "a storage that lacks a method",
    { storage: without("findKey") },
    /no method `findKey`, which `sign_on`, `launch` needs; add it/,
  ],
  ["a storage that lacks two", { storage: without("takeCode", "saveToken") }, /no method `saveToken`, `takeCode`/],
  ["a limit that is not a method", { storage: { ...memoryStorage(), admit: true } }, /`storage\.admit` must be a function/],
  [
    "limits that the storage cannot count",
    { storage: without("admit"), limits: LIMITS },
    /`storage` has no method `admit`; add it/,
  ],
  ["limits that are a promise", { limits: Promise.resolve(LIMITS) }, /`limits` must not be a promise/],
  ["limits that are a map", { limits: new Map(Object.entries(LIMITS)) }, /`limits` must be a plain object, such as `\{ direct: /],
  ["limits that are a list", { limits: [LIMITS.direct] }, /`limits` must be a plain object/],
  ["a limit of what every object has", { limits: { constructor: LIMITS.direct } }, /`limits\.constructor` is not known/],
  ["a log that is not a method", { storage: { ...memoryStorage(), audit: {} } }, /`storage\.audit` must be a function/],
  ["passwords without `hash`", { passwords: { verify: passwords.verify } }, /`passwords` has no method `hash`/],
  ["passwords that are a promise", { passwords: Promise.resolve(passwords) }, /`passwords` must not be a promise/],
  ["passwords that were not called", { passwords: () => passwords }, /`passwords` must not be a function; call it first/],
  ["a time instead of a clock", { now: Date.now() }, /`now` must be a function/],
  ["random bytes instead of their source", { random: new Uint8Array(80) }, /`random` must be a function/],
  ["an address instead of a function", { source: "192.0.2.1" }, /`source` must be a function/],
  ["a console instead of a function", { onError: console }, /`onError` must be a function/],
  ["a typing error", { tokenLifeTime: 60_000 }, /no option `tokenLifeTime`; the options are `storage`, .*`tokenLifetime`/],
  ["a base path that is no path", { basePath: "sso" }, /`basePath` must be a path such as `\/sso`/],
  ["a base path with a query", { basePath: "/sso?x" }, /`basePath` must be a path/],
  ["a base path that no URL has", { basePath: "/ssö" }, /`basePath` must be a path such as `\/sso`, written as in a URL/],
  ["a base path with a step back", { basePath: "/a/../b" }, /`basePath` must be a path such as `\/sso`, written as in a URL/],
  ["a base path that a URL would turn into a host", { basePath: "/\\[" }, /`basePath` must be a path/],
  ["a base path that is a URL", { basePath: new URL("https://sso.example/sso") }, /`basePath` must be a string/],
  ["no operation", { operations: [] }, /`operations` must be a list of different operations: sign_on, /],
  ["an operation that there is not", { operations: ["signOn"] }, /`operations` must be a list of different operations/],
];

for (const [title, options, message] of MISTAKES)
  test(`${title}: refused by handler and listener, with the remedy`, async () => {
    const isWhole = typeof options !== "object" || "then" in options || "storage" in options || title === "no storage";
    const given = isWhole ? options : { storage: memoryStorage(), ...options };
    for (const create of [createHandler, createListener]) await assert.rejects(create(given), { name: "SettingsError", message });
  });

test("an option that is undefined is its default", async () => {
  const names = ["operations", "basePath", "passwords", "source", "onError", "now", "random"];
  const absent = Object.fromEntries(names.map((name) => [name, undefined]));
  const storage = memoryStorage();
  const handler = await createHandler({ storage, ...absent });
  assert.equal((await handler(signOn(await keyOf(storage), "one"))).status, 200);
});

test("a storage may be an instance of a class, and have neither limits nor a log", async () => {
  const storage = memoryStorage();
  const key = await keyOf(storage);
  class Own {}
  for (const [name, method] of Object.entries(storage)) {
    if (name !== "admit" && name !== "audit") Own.prototype[name] = method;
  }
  const handler = await createHandler({ storage: new Own() });
  assert.equal((await handler(signOn(key, "one"))).status, 200);
});

const NEEDED = {
  sign_on: ["findKey", "findUser", "createUser", "replacePassword", "rehashPassword", "saveToken"],
  launch: ["findKey", "findUser", "findProduct", "createUser", "replacePassword", "rehashPassword", "saveCode"],
  exchange: ["findProduct", "saveToken", "takeCode"],
  direct_sign_in: ["findUser", "findCompany", "saveToken"],
  session: ["findToken"],
  sign_out: ["revokeToken"],
};

test("the core names the operations that are served, with their paths", async () => {
  const core = await loadCore();
  const paths = ({ operations }) => operations.map(({ name, path }) => `${name} ${path}`);
  assert.deepEqual(paths(core.configure({})), [
    "sign_on /api/sso/authenticate",
    "launch /api/sso/login",
    "exchange /api/sso/exchange",
    "direct_sign_in /api/authenticate",
    "session /api/session",
    "sign_out /api/signout",
  ]);
  const some = core.configure({ operations: ["session"] });
  assert.deepEqual(paths(some), ["session /api/session"]);
  assert.deepEqual([some.isServed("/api/session"), some.isServed("/api/signout")], [true, false]);
});

for (const [operation, methods] of Object.entries(NEEDED))
  test(`${operation} is served over a storage of ${methods.length} methods, and needs each of them`, async () => {
    const memory = memoryStorage();
    const storage = Object.fromEntries(methods.map((name) => [name, memory[name]]));
    await createHandler({ storage, operations: [operation] });
    for (const name of methods) {
      const { [name]: _, ...rest } = storage;
      const message = new RegExp(`no method \`${name}\`, which \`${operation}\` needs`);
      await assert.rejects(createHandler({ storage: rest, operations: [operation] }), { name: "SettingsError", message });
    }
  });

test("an operation that is not configured is answered with 404, and left to `next` where there is one", async () => {
  const storage = memoryStorage();
  const key = await keyOf(storage);
  const handler = await createHandler({ storage, operations: ["sign_on"] });
  assert.equal((await handler(signOn(key, "one"))).status, 200);
  const session = () => new Request("http://sso.example/api/session");
  const answer = await handler(session());
  assert.deepEqual([answer.status, (await answer.json()).error.code], [404, 4040]);
  assert.equal(await handler(session(), () => "left"), "left");
});

const OPERATOR_MISTAKES = [
  ["no storage", [undefined], /the storage must be given/],
  ["a promise of a storage", [Promise.resolve(memoryStorage())], /the storage must not be a promise; `await` it first/],
  ["a storage that was not called", [memoryStorage], /the storage must not be a function; call it first/],
  ["a storage that lacks the method", [without("purge")], /the storage has no method `purge`; add it/],
  [
    "a typing error",
    [memoryStorage(), {}, { product: ["email"] }],
    /no option `product`; the options are `products`, `passwords`, `now`, `random`, `deadline`, `onEvent`$/,
  ],
  ["passwords without `verify`", [memoryStorage(), {}, { passwords: { hash: passwords.hash } }], /no method `verify`/],
  ["a time instead of a clock", [memoryStorage(), {}, { now: 1 }], /`now` must be a function/],
  ["bytes instead of their source", [memoryStorage(), {}, { random: new Uint8Array(80) }], /`random` must be a function/],
];
for (const [title, call, message] of OPERATOR_MISTAKES)
  test(`${title}: refused by an operator's command`, async () => {
    await assert.rejects(purge(...call), { name: "SettingsError", message });
  });

test("a list of the operator's is refused at its first step", async () => {
  const message = /the storage must not be a promise/;
  await assert.rejects(listCompanies(Promise.resolve(memoryStorage())).next(), { name: "SettingsError", message });
});

test("a command that fails for a missing method has changed nothing", async () => {
  const storage = memoryStorage();
  await keyOf(storage);
  const { createUser, ...rest } = storage;
  const before = storage.dump();
  const user = { companyEmail: "it@partner.example", userEmail: "ann@partner.example", password: "one" };
  await assert.rejects(addUser(rest, user, { passwords }), { message: /no method `createUser`/ });
  assert.deepEqual(storage.dump(), before);
});

test("the fields of a refused handler's requests appear in no message", async () => {
  const secret = `${fields("ssok_x", "secret-one")}`;
  await assert.rejects(createHandler({ storage: secret }), (error) => !error.message.includes("secret"));
});

for (const wrong of [4, null, "4", [], new Map(), Promise.resolve({}), { thread: 4 }])
  test(`a pool of passwords refuses ${JSON.stringify(wrong)} as options`, () => {
    for (const make of [passwordPool, nativePasswords, ...("argon2" in crypto ? [nodeCryptoPasswords] : [])])
      assert.throws(() => make(wrong), { name: "SettingsError", message: /the options must|no option `thread`/ });
  });

test("a storage in memory refuses what it cannot begin with", () => {
  for (const [wrong, message] of [
    [{ users: {} }, /`users` must be an array/],
    [{ zzz: 1 }, /no option `zzz`/],
    [5, /the options must be an object/],
    [null, /the options must be given/],
    [[], /the options must be a plain object/],
  ])
    assert.throws(() => memoryStorage(wrong), { name: "SettingsError", message });
});

for (const wrong of [5, null, "x", [], new Map([["limit", 1]]), Promise.resolve({})])
  test(`an operator's function refuses members that are ${JSON.stringify(wrong)}`, async () => {
    const error = { name: "SettingsError", message: /^the members must/ };
    const storage = memoryStorage();
    for (const list of [listEvents, listCompanies]) await assert.rejects(list(storage, wrong).next(), error);
    for (const run of [listProducts, purge]) await assert.rejects(run(storage, wrong), error);
  });

test("Argon2id of bytes refuses parameters that are none, or unknown", async () => {
  const { raw } = await load();
  const bytes = new Uint8Array(16);
  const parameters = { memory: 8, passes: 1, parallelism: 1, tagLength: 4 };
  assert.equal(raw(bytes, bytes, { ...parameters, secret: undefined }).length, 4);
  for (const wrong of [null, undefined, 5, [], { ...parameters, Secret: bytes }])
    assert.throws(() => raw(bytes, bytes, wrong), { name: "SettingsError", message: /the options must|no option `Secret`/ });
});
