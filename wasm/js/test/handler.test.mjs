import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { once } from "node:events";
import { createServer } from "node:http";
import { test } from "node:test";
import { setImmediate as nextTurn } from "node:timers/promises";
import { createHandler, HostFaultError } from "ssokey";
import { memoryStorage } from "ssokey/memory";
import { handlerOver } from "../dist/http/handler.js";
import { fields, keyOf, SIGN_ON, signOn } from "./partner.mjs";

const ALWAYS = {
  "cache-control": "no-store",
  "content-type": "application/json",
  "referrer-policy": "no-referrer",
  "x-content-type-options": "nosniff",
};

/** Answers one request over a storage of a partner; `override` replaces methods of the storage. */
async function check({ request, override = {}, options = {}, status, code }) {
  const storage = memoryStorage();
  const key = await keyOf(storage);
  const handler = await createHandler({ storage: { ...storage, ...override }, ...options });
  const response = await handler(request(key));
  const { error, status_code } = await response.json();
  assert.deepEqual([response.status, error?.code], [status, code]);
  for (const [name, value] of Object.entries(ALWAYS)) assert.equal(response.headers.get(name), value);
  return { storage, response, status_code };
}

const OK = { status: 200, code: undefined };

test("a user signs on by GET, by form and by JSON", async () => {
  const json = (key) => JSON.stringify(Object.fromEntries(fields(key, "one")));
  const headers = { "content-type": "application/json; charset=utf-8" };
  await check({ request: (key) => new Request(`${SIGN_ON}?${fields(key, "one")}`), ...OK });
  await check({ request: (key) => signOn(key, "one"), ...OK });
  await check({ request: (key) => new Request(SIGN_ON, { method: "POST", headers, body: json(key) }), ...OK });
});

test("the query reaches the core undecoded and without the fragment", async () => {
  const seen = await captured(new Request("http://sso.example/%61/../b/?x=%zz&y=%C3+%2B?&=#x=1"));
  assert.equal(seen.path, "/b/");
  assert.equal(Buffer.from(seen.query).toString(), "x=%zz&y=%C3+%2B?&=");
});

test("a URL without a query gives an empty one", async () => {
  assert.deepEqual((await captured(new Request("http://sso.example"))).query, new Uint8Array());
  assert.equal((await captured(new Request("http://sso.example#a?b"))).path, "/");
});

test("the body reaches the core byte for byte", async () => {
  const body = Uint8Array.from({ length: 8192 }, (_, index) => index % 256);
  const headers = { "content-type": "x/y;z", "content-encoding": "gzip, identity" };
  const seen = await captured(new Request(SIGN_ON, { method: "POST", body, headers }));
  assert.deepEqual(Buffer.from(seen.body), Buffer.from(body));
  assert.equal(seen.contentType, "x/y;z");
  assert.deepEqual(seen.contentEncoding, ["gzip, identity"]);
});

test("the Authorization header reaches the core as it is", async () => {
  const headers = { authorization: "Bearer  a=\xe9" };
  assert.deepEqual((await captured(new Request(SIGN_ON, { headers }))).authorization, ["Bearer  a=\xe9"]);
  assert.deepEqual((await captured(new Request(SIGN_ON))).authorization, []);
  const empty = new Request(SIGN_ON, { headers: { authorization: "" } });
  assert.deepEqual((await captured(empty)).authorization, [""]);
});

test("two Authorization headers are refused, however they come", async () => {
  const headers = new Headers([
    ["authorization", "Bearer a"],
    ["authorization", "Bearer b"],
  ]);
  const request = () => new Request("http://sso.example/api/session", { headers });
  await check({ request, status: 400, code: 4002 });
});

test("a body that is encoded is refused, and the client told how to send it", async () => {
  const headers = { "content-encoding": "GZIP" };
  const request = () => new Request(SIGN_ON, { method: "POST", body: fields("k", "one"), headers });
  const { response } = await check({ request, status: 415, code: 4150 });
  assert.equal(response.headers.get("accept-encoding"), "identity");
});

test("a configured company reaches the storage in lower case", async () => {
  const storage = memoryStorage();
  const direct = new Request("http://sso.example/api/authenticate?userid=ann@partner.example&password=one");
  const asked = [];
  const watched = { ...storage, findCompany: async (domain) => void asked.push(domain) };
  const handler = await createHandler({ storage: watched, company: "Partner.Example" });
  assert.deepEqual([(await handler(direct)).status, asked], [401, ["partner.example"]]);
  assert.equal((await (await createHandler({ storage }))(direct)).status, 400);
});

const MINUTE = 60_000;
const WRONG_SETTINGS = [
  ...["", "a b", "-a.example", "a@b", 7].map((company) => ({ company })),
  ...[[], ["email", "email"], ["E-mail"], ["x".repeat(33)], ["email", 7], "email"].map((products) => ({ products })),
  ...[MINUTE - 1, 24 * 60 * MINUTE + 1, 1.5 * MINUTE + 0.5, NaN, Infinity, "60m"].map((tokenLifetime) => ({ tokenLifetime })),
  ...[9_999, 10 * MINUTE + 1, -1].map((codeLifetime) => ({ codeLifetime })),
  { legacyStatus: "yes" },
];
for (const settings of WRONG_SETTINGS) {
  const [[name, value]] = Object.entries(settings);
  test(`a handler whose ${name} is ${typeof value} ${JSON.stringify(value)} is not made, and the option is named`, async () => {
    const refusal = { name: "SettingsError", message: new RegExp(`\`${name}\``) };
    await assert.rejects(createHandler({ storage: memoryStorage(), ...settings }), refusal);
  });
}

test("a setting that is undefined is its default", async () => {
  const absent = {
    products: undefined,
    tokenLifetime: undefined,
    codeLifetime: undefined,
    company: undefined,
    legacyStatus: undefined,
  };
  await check({ request: (key) => signOn(key, "one"), options: absent, ...OK });
});

test("a server has the products that it is given", async () => {
  const storage = memoryStorage();
  const key = await keyOf(storage);
  const handler = await createHandler({ storage, products: ["email", "calendar-2"] });
  const codeOf = async (product) => (await (await handler(signOn(key, "one", { product }))).json()).error?.code;
  // The company was given the document's six.
  assert.deepEqual([await codeOf("email"), await codeOf("calendar-2"), await codeOf("meeting")], [undefined, 4030, 4003]);
});

test("a body is read no further than after the limit, and given up once the answer has left", async () => {
  let pulled = 0;
  let isGivenUp = false;
  const next = async () => {
    pulled += 1;
    return { value: new Uint8Array(1000) };
  };
  const stop = async () => {
    isGivenUp = true;
  };
  const pull = async (controller) => controller.enqueue((await next()).value);
  for (const body of [new ReadableStream({ pull, cancel: stop }), { [Symbol.asyncIterator]: () => ({ next, return: stop }) }]) {
    pulled = 0;
    isGivenUp = false;
    assert.equal((await captured(bare({ body }))).body, "too_large");
    assert.ok(pulled < 12, `${pulled} pieces were pulled`);
    assert.ok(!isGivenUp);
    while (!isGivenUp) await new Promise((resolve) => setTimeout(resolve, 50));
  }
});

test("who sends too much gets the answer from a framework that cuts the connection once the body is given up", async (context) => {
  const handler = await createHandler({ storage: memoryStorage() });
  const server = createServer(async (incoming, outgoing) => {
    const body = new ReadableStream({
      start: (controller) => incoming.on("data", (part) => controller.enqueue(part)),
      cancel: () => incoming.socket.destroy(),
    });
    const { method, headers, url } = incoming;
    const response = await handler(new Request(new URL(url, "http://sso.example"), { method, headers, body, duplex: "half" }));
    await new Promise((resolve) => setTimeout(resolve));
    outgoing.writeHead(response.status).end(await response.text());
  });
  context.after(() => server.close());
  await once(server.listen(0, "127.0.0.1"), "listening");
  const url = `http://127.0.0.1:${server.address().port}/api/sso/authenticate`;
  assert.equal((await fetch(url, { method: "POST", body: "x".repeat(300_000) })).status, 413);
});

test("a body of more than 8,192 bytes is refused", async () => {
  const form = { "content-type": "application/x-www-form-urlencoded" };
  const request = () => new Request(SIGN_ON, { method: "POST", headers: form, body: "x".repeat(8193) });
  await check({ request, status: 413, code: 4130 });
});

test("a body that the runtime keeps from its handler, as Deno and Bun do that of a GET, is refused by its length", async () => {
  const url = `${SIGN_ON}?email=ada%40partner.example&password=correct-horse&product=livechat&ssokey=x`;
  const request = (length) => () => new Request(url, { headers: { "content-length": String(length) } });
  await check({ request: request(8193), status: 413, code: 4130 });
  await check({ request: request(8192), status: 401, code: 4010 });
});

test("the answer to a HEAD has no body", async () => {
  const handler = await createHandler({ storage: memoryStorage() });
  const response = await handler(new Request(SIGN_ON, { method: "HEAD" }));
  assert.deepEqual([response.status, await response.text()], [405, ""]);
});

const UNREAD = { 4000: [400, 4000], 5000: [500, 5000] };

/** A request as far as the handler relies on it, over those of this runtime. */
const bare = (more) => ({ method: "POST", url: SIGN_ON, headers: new Headers(), bodyUsed: false, body: null, ...more });

/** Answers a request that may be none of this runtime's, and returns its status and code with what was told. */
async function outcome(request) {
  const told = [];
  const handler = await createHandler({ storage: memoryStorage(), onError: (error) => told.push(error.message) });
  const response = await handler(request);
  return { answer: [response.status, (await response.json()).error.code], told };
}

test("a body that was read before is told in the words of the listener", async () => {
  const read = new Request(SIGN_ON, { method: "POST", body: "x" });
  await read.text();
  const locked = new Request(SIGN_ON, { method: "POST", body: "x" });
  locked.body.getReader();
  // Not every runtime keeps the body of a request that was read.
  for (const request of [read, locked, bare({ bodyUsed: true })]) {
    const { answer, told } = await outcome(request);
    assert.deepEqual(answer, UNREAD[5000]);
    assert.deepEqual(told, ["the body was read already; mount ssokey before all that reads bodies"]);
  }
  const get = new Request(SIGN_ON);
  await get.text();
  assert.deepEqual((await outcome(get)).answer, [400, 4001]);
});

test("an upload that the client breaks off is no error of the host's", async () => {
  const broken = () =>
    new ReadableStream({
      start: (controller) => controller.enqueue(new Uint8Array(3)),
      pull: (controller) => controller.error(new TypeError("terminated")),
    });
  async function* iterated() {
    yield "email=";
    throw new Error("aborted");
  }
  for (const request of [
    new Request(SIGN_ON, { method: "POST", body: broken(), duplex: "half" }),
    bare({ body: iterated() }),
    bare({ body: undefined, arrayBuffer: () => Promise.reject(new TypeError("aborted")) }),
  ])
    assert.deepEqual(await outcome(request), { answer: UNREAD[4000], told: [] });
});

test("a request of a different realm or library reaches the core byte for byte", async () => {
  const headers = { "Content-Type": "x/y", AUTHORIZATION: "Bearer a", "content-encoding": "identity" };
  async function* iterated() {
    yield "ab";
    yield Buffer.from("c");
  }
  const { buffer } = Uint8Array.from([97, 98, 99]);
  const chunked = new ReadableStream({
    start: (controller) => {
      for (const part of ["a", new Uint8Array(buffer, 1, 1), new DataView(buffer, 2)]) controller.enqueue(part);
      controller.close();
    },
  });
  for (const body of [{ body: iterated() }, { body: undefined, arrayBuffer: async () => buffer }, { body: chunked }]) {
    const seen = await captured(bare({ headers, url: "/api/x?u=http://y/z#f?", ...body }));
    assert.equal(Buffer.from(seen.body).toString(), "abc");
    assert.deepEqual([seen.contentType, seen.authorization, seen.contentEncoding], ["x/y", ["Bearer a"], ["identity"]]);
    assert.deepEqual([seen.path, Buffer.from(seen.query).toString()], ["/api/x", "u=http://y/z"]);
  }
  const query = async (url) => Buffer.from((await captured(bare({ headers, url }))).query).toString("hex");
  assert.deepEqual([await query("/?\u0142"), await query("/?\xe9")], ["c582", "e9"]);
  const long = bare({ body: undefined, arrayBuffer: async () => new ArrayBuffer(8193) });
  assert.equal((await captured(long)).body, "too_large");
});

test("a path at which nothing is served is left to `next`, with whatever that gives or throws", async () => {
  const handler = await createHandler({ storage: memoryStorage(), basePath: "/sso" });
  const other = new Request("http://sso.example/api/session", { method: "POST", body: "unread" });
  assert.equal(await handler(other, () => other.text()), "unread");
  await assert.rejects(
    handler(other, () => Promise.reject(new Error("theirs"))),
    /theirs/,
  );
  const served = await handler(new Request("http://sso.example/sso/api/session"), () => assert.fail());
  assert.equal(served.status, 401);
  // Runtimes hand over an environment or a connection.
  assert.equal((await handler(new Request(other.url), { next: () => {} })).status, 404);
});

test("legacy clients get HTTP status 200 with the error", async () => {
  const options = { legacyStatus: true };
  const { status_code } = await check({ request: () => new Request(SIGN_ON), options, status: 200, code: 4001 });
  assert.equal(status_code, 400);
});

test("a storage that throws is answered with 503, and told to nobody but onError", async () => {
  const fault = new Error("the disk of db7.internal is full");
  const told = [];
  const { response } = await check({
    request: (key) => signOn(key, "one"),
    override: {
      createUser: () => {
        throw fault;
      },
    },
    options: { onError: (...error) => told.push(error) },
    status: 503,
    code: 5030,
  });
  assert.deepEqual(told, [[fault, "create_user"]]);
  assert.ok(!JSON.stringify([...response.headers]).includes("db7"));
});

test("an onError that throws changes no answer", async () => {
  const thrower = () => {
    throw new Error("no log");
  };
  const request = (key) => signOn(key, "one");
  await check({ request, override: { saveToken: thrower }, options: { onError: thrower }, status: 503, code: 5030 });
});

test("an onError that rejects changes no answer, and ends no process", async () => {
  const failing = async () => {
    throw new Error("no log");
  };
  const options = { onError: failing, onEvent: failing };
  await check({ request: (key) => signOn(key, "one"), override: { saveToken: failing }, options, status: 503, code: 5030 });
  await check({ request: () => signOn("no key", "one"), options, status: 401, code: 4010 });
  // By then a rejection that nobody has heard of would have failed the test.
  await nextTurn();
});

test("an absent record may be null", async () => {
  const request = (key) => signOn(key, "one");
  await check({ request, override: { findKey: async () => null }, status: 401, code: 4010 });
  const at = (path, init) => () => new Request(`http://sso.example${path}`, init);
  const absent = async () => null;
  const authorization = `Bearer ${crypto.randomUUID()}`;
  const session = at("/api/session", { headers: { authorization } });
  await check({ request: session, override: { findToken: absent }, status: 401, code: 4012 });
  const direct = at("/api/authenticate?userid=a@b.example&password=x&company=b.example");
  await check({ request: direct, override: { findCompany: absent }, status: 401, code: 4011 });
  const body = new URLSearchParams({ code: "A".repeat(43), product: "email" });
  const exchange = at("/api/sso/exchange", { method: "POST", headers: { authorization }, body });
  await check({ request: exchange, override: { findProduct: absent }, status: 401, code: 4012 });
  const secretDigest = createHash("sha256").update(authorization.slice("Bearer ".length)).digest("hex");
  const previous = { previousSecretDigest: null, previousSecretExpiresAt: null };
  const findProduct = async (name) => ({ name, launchUrl: "https://mail.example/", secretDigest, ...previous });
  await check({ request: exchange, override: { findProduct, takeCode: absent }, status: 401, code: 4012 });
});

test("a limit of the host's is answered with 429 and Retry-After", async () => {
  const admit = async ({ purpose, source }) => (purpose === "sign_on" && source === "192.0.2.7" ? { retryAfter: 30 } : undefined);
  const { response, storage } = await check({
    request: (key) => signOn(key, "one"),
    override: { admit },
    options: { source: () => "192.0.2.7" },
    status: 429,
    code: 4290,
  });
  assert.equal(response.headers.get("retry-after"), "30");
  assert.deepEqual(storage.dump().users, []);
});

test("a failed audit changes no answer", async () => {
  const audit = async () => {
    throw new Error("no space");
  };
  await check({ request: () => signOn(`ssok_${"0".repeat(49)}`, "one"), override: { audit }, status: 401, code: 4010 });
});

/** Signs on over a storage whose `findKey` gives the key with these changes; returns what is told to `onError`. */
async function faultOf(changes, override = {}) {
  const storage = memoryStorage();
  const key = await keyOf(storage);
  const findKey = async (digest) => {
    const found = await storage.findKey(digest);
    return { ...found, key: { ...found.key, ...changes } };
  };
  const told = [];
  const options = { storage: { ...storage, findKey, ...override }, onError: (...error) => told.push(error) };
  const handler = await createHandler(options);
  const response = await handler(signOn(key, "one"));
  await handler.flush();
  assert.deepEqual([response.status, (await response.json()).error.code], [500, 5000]);
  return { told, events: storage.dump().events };
}

test("a reply of the storage that does not fit is told by call, member and what was expected, and is an event", async () => {
  const { told, events } = await faultOf({ id: "7" });
  const fault = { call: "find_key", member: "key.id", expected: "an integer from 1 to 2^53-1" };
  const [[error, call]] = told;
  assert.deepEqual([told.length, call, error instanceof HostFaultError], [1, "find_key", true]);
  assert.deepEqual({ ...error }, { name: "HostFaultError", ...fault });
  assert.match(error.message, /`find_key`.*`key\.id` must be an integer from 1/);
  assert.doesNotMatch(error.message, /7/);
  assert.deepEqual(
    events.filter(({ kind }) => kind === "host_fault").map((event) => event.fault),
    [fault],
  );
});

test("a reply that JSON does not have is told by call and member, or as a whole", async () => {
  const circular = {};
  circular.again = circular;
  for (const [changes, member] of [
    [{ id: 7n }, "key.id"],
    // It would read as: never.
    [{ expiresAt: Number.POSITIVE_INFINITY }, "key.expiresAt"],
    [{ companyId: circular }, "reply"],
  ]) {
    const [[error]] = (await faultOf(changes)).told;
    assert.deepEqual([error.name, error.call, error.member], ["HostFaultError", "find_key", member]);
  }
});

test("an option that gives what it must not is named", async () => {
  for (const [options, name] of [
    [{ now: () => performance.now() + 0.5 }, "now"],
    [{ now: () => new Date() }, "now"],
    [{ random: () => new Uint8Array(16) }, "random"],
    [{ random: async () => new Uint8Array(80) }, "random"],
    [{ source: async () => "192.0.2.1" }, "source"],
    [{ source: () => Promise.reject(new Error("down")) }, "source"],
  ]) {
    const told = [];
    const given = { ...options, onError: (error) => told.push(error) };
    await check({ request: (key) => signOn(key, "one"), options: given, status: 500, code: 5000 });
    assert.deepEqual([told.length, told[0].name], [1, "SettingsError"]);
    assert.match(told[0].message, new RegExp(`\`${name}\`.* must`));
  }
});

test("what is no request is answered with 500, and a handler of the caller's fails by itself", async () => {
  const told = [];
  const handler = await createHandler({ storage: memoryStorage(), onError: ({ message }) => told.push(message) });
  const failing = {
    get method() {
      throw new Error("no method");
    },
  };
  for (const given of [[null], [undefined, () => "other"], [failing], [{ url: Symbol("url") }, () => "other"]]) {
    const { status } = await handler(...given);
    assert.equal(status, 500);
  }
  assert.equal(told.length, 4);
  const own = new Error("own");
  const fail = () => {
    throw own;
  };
  await assert.rejects(handler(new Request("http://sso.example/inbox"), fail), own);
  assert.equal(told.length, 4);
});

test("a token with half a character is refused like any other", async () => {
  const handler = await createHandler({ storage: memoryStorage() });
  const { response } = await handler.requireSession(
    { method: "GET", headers: new Headers() },
    { product: null, token: "\ud800" },
  );
  assert.deepEqual([response.status, (await response.json()).error.code], [401, 4012]);
});

test("a record that was not asked for is told, and no value of it", async () => {
  const { told } = await faultOf({ digest: "f".repeat(64) });
  const [[{ call, member, expected, message }]] = told;
  assert.deepEqual([call, member, expected], ["find_key", "key.digest", "the one asked for"]);
  assert.doesNotMatch(message, /ffff/);
});

for (const [title, audit] of [
  ["keeps no events", undefined],
  ["fails to keep the event", () => Promise.reject(new Error("full"))],
])
  test(`a fault of a storage that ${title} is told as well`, async () => {
    const { told } = await faultOf({ status: "on" }, { audit });
    const [[{ member, expected }]] = told;
    assert.deepEqual([member, expected], ["key.status", "one of enabled, disabled, revoked"]);
    assert.equal(told.length, audit === undefined ? 1 : 2);
  });

test("random bytes of another length are the server's fault, not a weaker token", async () => {
  const options = { random: (length) => new Uint8Array(length - 1) };
  await check({ request: (key) => signOn(key, "one"), options, status: 500, code: 5000 });
});

test("a source that throws is the server's fault, and nothing happens", async () => {
  const options = {
    source: () => {
      throw new Error("no header");
    },
  };
  const { storage } = await check({ request: (key) => signOn(key, "one"), options, status: 500, code: 5000 });
  assert.deepEqual(storage.dump().users, []);
});

test("a core that traps is answered with 500, told to onError, and its decision freed", async () => {
  const trap = new WebAssembly.RuntimeError("unreachable");
  const told = [];
  let freed = 0;
  const step = () => {
    throw trap;
  };
  const free = () => {
    freed += 1;
    throw new Error("still borrowed");
  };
  const core = faked(() => ({ step, free }));
  const handler = handlerOver(core, { storage: memoryStorage(), onError: (...error) => told.push(error) });
  const response = await handler(new Request(SIGN_ON));
  assert.deepEqual([response.status, (await response.json()).error.code], [500, 5000]);
  assert.deepEqual(told, [[trap, undefined]]);
  assert.equal(freed, 1);
});

// proves: SSO-KEY-004, SSO-PWD-003, SSO-TOK-003
test("the password given to the storage's methods is none: they see hashes and digests only", async () => {
  const seen = [];
  const storage = memoryStorage();
  const key = await keyOf(storage);
  const watched = Object.fromEntries(
    Object.entries(storage).map(([name, method]) => [
      name,
      (...given) => {
        seen.push(given);
        return method(...given);
      },
    ]),
  );
  const handler = await createHandler({ storage: watched });
  const secrets = [key];
  for (const password of ["secret-one", "secret-two"]) {
    const response = await handler(signOn(key, password));
    secrets.push(password, (await response.json()).return.token);
  }
  const text = JSON.stringify(seen);
  for (const secret of secrets) assert.ok(!text.includes(secret));
  assert.ok(text.includes("$argon2id$"));
});

/** A core that decides by `begin` alone. */
function faked(begin) {
  const body = '{"error":{"code":5000,"name":"internal"}}';
  return { bodyLimit: 8192, configure: () => ({ begin, operations: [], failure: () => ({ status: 500, headers: [], body }) }) };
}

/** Returns what the core is given of `request`. */
async function captured(request) {
  let input;
  const done = JSON.stringify({ done: { status: 200, headers: [], body: "" } });
  const core = faked((given) => {
    input = given;
    return { step: () => done, free: () => {} };
  });
  await handlerOver(core, { storage: memoryStorage() })(request);
  return input;
}
