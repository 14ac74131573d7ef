import assert from "node:assert/strict";
import { once } from "node:events";
import { connect } from "node:net";
import { test } from "node:test";
import { memoryStorage } from "ssokey/memory";
import { loadCore } from "../dist/core/node.js";
import { requestId } from "../dist/http/request-id.js";
import { nodeServer } from "../dist/http/server.js";
import { createService } from "../dist/http/service.js";
import { listening } from "./listening.mjs";
import { fields, keyOf } from "./partner.mjs";

/** Sends `text` (its characters are bytes) to a server and returns what came back, what the core was given, the log. One that `leaves` closes its side. */
async function exchange(context, text, { legacyStatus, trustsRequestId, leaves } = {}) {
  const storage = memoryStorage();
  const key = await keyOf(storage);
  const service = createService(await loadCore(), { storage, legacyStatus });
  const requests = [];
  const log = [];
  const answer = (read) =>
    service.answer(async (over) => {
      const request = await read(over);
      if (request !== undefined) requests.push(request);
      return request;
    });
  const server = nodeServer({ ...service, answer }, (served) => log.push(served), { trustsRequestId });
  const { port } = new URL(await listening(context, server));
  const socket = connect(port, "127.0.0.1");
  socket[leaves ? "end" : "write"](Buffer.from(typeof text === "function" ? text(key) : text, "latin1"));
  const parts = [];
  for await (const part of socket) parts.push(part);
  return { ...parse(Buffer.concat(parts).toString()), request: requests.at(-1), requests, log, storage };
}

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

function parse(text) {
  const [head, body] = text.split("\r\n\r\n", 2);
  const [line, ...headers] = head.split("\r\n");
  return { status: Number(line.split(" ")[1]), headers: headers.map((header) => header.toLowerCase()), body };
}

const CLOSE = "Host: x\r\nConnection: close\r\n";
const get = (target) => `GET ${target} HTTP/1.1\r\n${CLOSE}\r\n`;
const post = (headers, body) => `POST /api/sso/authenticate HTTP/1.1\r\n${CLOSE}${headers}\r\n${body}`;
const FORM = "Content-Type: application/x-www-form-urlencoded\r\n";
const form = (body) => post(`${FORM}Content-Length: ${body.length}\r\n`, body);
const chunked = (parts) =>
  post(
    `${FORM}Transfer-Encoding: chunked\r\n`,
    [...parts, ""].map((part) => `${part.length.toString(16)}\r\n${part}\r\n`).join(""),
  );

function assertError({ status, headers, body }, expectedStatus, code) {
  assert.deepEqual([status, JSON.parse(body).error.code], [expectedStatus, code]);
  for (const header of ["content-type: application/json", "cache-control: no-store", "referrer-policy: no-referrer"]) {
    assert.ok(headers.includes(header), header);
  }
  assert.ok(headers.includes("x-content-type-options: nosniff"));
  assert.ok(headers.includes(`content-length: ${Buffer.byteLength(body)}`));
}

test("the document's call signs a user on", async (context) => {
  const { status, body } = await exchange(context, (key) => get(`/api/sso/authenticate?${fields(key, "one")}`));
  assert.equal(status, 200);
  assert.equal(JSON.parse(body).return.email, "ann@partner.example");
});

test("path and query reach the core byte for byte", async (context) => {
  const { request } = await exchange(context, get('/a/../%62//{}?p="<>|^`{}\\\\%zz%C3&+;?q#r'));
  assert.equal(request.path, "/a/../%62//{}");
  assert.equal(Buffer.from(request.query).toString(), 'p="<>|^`{}\\\\%zz%C3&+;?q#r');
});

test("a password beyond ASCII that is not escaped is refused rather than changed", async (context) => {
  const target = (key) => get(`/api/sso/authenticate?${fields(key, "x")}`.replace("password=x", "password=\xe9"));
  const answer = await exchange(context, target);
  assertError(answer, 400, 4000);
  assert.deepEqual(answer.storage.dump().users, []);
});

test("the absolute form of a target means the same", async (context) => {
  const { request } = await exchange(context, get("http://sso.example:80/api/sso/authenticate?a=http://b/c?d"));
  assert.equal(request.path, "/api/sso/authenticate");
  assert.equal(Buffer.from(request.query).toString(), "a=http://b/c?d");
});

test("a body reaches the core byte for byte", async (context) => {
  const body = String.fromCharCode(...Array.from({ length: 256 }, (_, index) => index));
  const { request } = await exchange(context, form(body));
  assert.equal(Buffer.from(request.body).toString("latin1"), body);
  assert.equal(request.contentType, "application/x-www-form-urlencoded");
  assert.deepEqual(request.contentEncoding, []);
});

test("a chunked body is put together", async (context) => {
  const pieces = (key) =>
    fields(key, "one")
      .toString()
      .split(/(?<==)/);
  const { request, status } = await exchange(context, (key) => chunked(pieces(key)));
  assert.match(Buffer.from(request.body).toString(), /^email=.*&password=one&ssokey=/);
  assert.equal(status, 200);
});

test("a query of more than 8,192 bytes is refused", async (context) => {
  assertError(await exchange(context, get(`/api/sso/authenticate?x=${"y".repeat(8191)}`)), 413, 4130);
  assertError(await exchange(context, get(`/api/sso/authenticate?x=${"y".repeat(8190)}`)), 400, 4001);
});

for (const kibibytes of [33, 100, 1000]) {
  test(`a URL of ${kibibytes} KiB, which Node does not take in, is refused alike`, async (context) => {
    const target = `/api/sso/authenticate?x=${"y".repeat(kibibytes * 1024)}`;
    assertError(await exchange(context, get(target)), 413, 4130);
  });
}

test("a URL that Node does not take in is refused with status 200 to legacy clients", async (context) => {
  const answer = await exchange(context, get(`/?${"y".repeat(40_000)}`), { legacyStatus: true });
  assertError(answer, 200, 4130);
  const { status_code, success } = JSON.parse(answer.body);
  assert.deepEqual([status_code, success], [413, false]);
});

test("a body of more than 8,192 bytes is refused, and read no further than needed", async (context) => {
  const { request, ...answer } = await exchange(context, form("x".repeat(1_000_000)));
  assertError(answer, 413, 4130);
  assert.equal(request.body, "too_large");
});

test("a chunked body of more than 8,192 bytes is refused", async (context) => {
  assertError(await exchange(context, chunked(Array(100).fill("x".repeat(1000)))), 413, 4130);
});

test("a body of 8,192 bytes is taken in", async (context) => {
  assertError(await exchange(context, form("x".repeat(8192))), 400, 4001);
});

test("the answer to a HEAD has no body", async (context) => {
  const { status, headers, body } = await exchange(context, `HEAD /api/sso/authenticate HTTP/1.1\r\n${CLOSE}\r\n`);
  assert.deepEqual([status, body], [405, ""]);
  assert.ok(headers.includes("allow: get, post"));
});

for (const method of ["PUT", "DELETE", "OPTIONS", "TRACE", "PATCH", "BREW"]) {
  test(`the method ${method} is refused`, async (context) => {
    const answer = await exchange(context, `${method} /api/sso/authenticate HTTP/1.1\r\n${CLOSE}\r\n`);
    assertError(answer, 405, 4050);
    assert.ok(answer.headers.includes("allow: get, post"));
  });
}

test("the method CONNECT is refused", async (context) => {
  assertError(await exchange(context, `CONNECT sso.example:443 HTTP/1.1\r\n${CLOSE}\r\n`), 405, 4050);
});

test("a client that breaks off a CONNECT does not end the server", async (context) => {
  const server = nodeServer(createService(await loadCore(), { storage: memoryStorage() }), () => {});
  const { port } = new URL(await listening(context, server));
  for (let broken = 0; broken < 20; broken += 1) {
    const socket = connect(port, "127.0.0.1").on("error", () => {});
    // Unlike `once` of `node:events` it does not reject when the server was quicker, and reset the connection.
    const closed = new Promise((resolve) => socket.once("close", resolve));
    await once(socket, "connect");
    socket.write(`CONNECT x:1 HTTP/1.1\r\n${CLOSE}\r\n`);
    setTimeout(() => socket.resetAndDestroy(), broken % 4);
    await closed;
  }
  assert.equal((await fetch(`http://127.0.0.1:${port}/`)).status, 404);
});

test("neither Host nor Expect matters", async (context) => {
  const text = "GET /api/sso/authenticate HTTP/1.1\r\nExpect: a cake\r\nConnection: close\r\n\r\n";
  assertError(await exchange(context, text), 400, 4001);
});

test("what is no HTTP is answered as malformed", async (context) => {
  const target = (key) => get(`/api/sso/authenticate?${fields(key, "x")}`.replace("password=x", "password=a b"));
  assertError(await exchange(context, target), 400, 4000);
  assertError(await exchange(context, "GET /\x00 HTTP/1.1\r\n\r\n"), 400, 4000);
});

test("two requests on one connection get two answers", async (context) => {
  const first = "GET /first HTTP/1.1\r\nHost: x\r\n\r\n";
  const { requests } = await exchange(context, first + get("/second"));
  assert.deepEqual(
    requests.map(({ path }) => path),
    ["/first", "/second"],
  );
});

test("the client's address is that of the connection", async (context) => {
  const { request } = await exchange(context, `GET / HTTP/1.1\r\nX-Forwarded-For: 192.0.2.1\r\n${CLOSE}\r\n`);
  assert.equal(request.source, "127.0.0.1");
});

test("a body that is encoded is refused, also where the header is repeated", async (context) => {
  const headers = (codings) => codings.map((coding) => `Content-Encoding: ${coding}\r\n`).join("");
  const encoded = (...codings) => exchange(context, post(`${FORM}${headers(codings)}Content-Length: 3\r\n`, "a=b"));
  for (const codings of [["gzip"], ["identity", "br"], ["identity, deflate"]]) {
    const answer = await encoded(...codings);
    assertError(answer, 415, 4150);
    assert.ok(answer.headers.includes("accept-encoding: identity"));
    assert.deepEqual(answer.request.contentEncoding, codings);
  }
  assertError(await encoded("IDENTITY"), 400, 4001);
});

test("each Authorization header reaches the core, which refuses two", async (context) => {
  const { request } = await exchange(context, `GET / HTTP/1.1\r\nAuthorization: Bearer  a=\xe9\r\n${CLOSE}\r\n`);
  assert.deepEqual(request.authorization, ["Bearer  a=\xe9"]);
  assert.deepEqual((await exchange(context, get("/"))).request.authorization, []);
  const twice = ["a", "b"].map((name) => `authorization: Bearer ${name}\r\n`).join("");
  const answer = await exchange(context, `GET /api/session HTTP/1.1\r\n${twice}${CLOSE}\r\n`);
  assert.deepEqual(answer.request.authorization, ["Bearer a", "Bearer b"]);
  assertError(answer, 400, 4002);
});

// proves: SSO-REQ-025
test("the log holds neither query nor body, nor what stands where a query was meant", async (context) => {
  const { log } = await exchange(context, (key) => get(`/api/sso/authenticate?${fields(key, "one")}`));
  const [{ id, milliseconds, ...line }] = log;
  assert.deepEqual(line, { method: "GET", path: "/api/sso/authenticate", operation: "sign_on", status: 200, code: undefined });
  assert.match(id, UUID);
  assert.ok(milliseconds >= 0);
  const { log: careless } = await exchange(context, get("/api/sso/authenticate&password=one"));
  assert.equal(careless[0].path, "-");
});

const ID = "X-Request-Id: ";

for (const id of ["7", "Root=1-67891233-abcdef", "a.b:c_d+e", "x".repeat(128)]) {
  test(`the request id ${id.slice(0, 30)} is kept where a proxy sets it, in the answer and in the log`, async (context) => {
    const text = `GET / HTTP/1.1\r\n${ID}${id}\r\n${CLOSE}\r\n`;
    const { headers, log } = await exchange(context, text, { trustsRequestId: true });
    assert.ok(headers.includes(`x-request-id: ${id.toLowerCase()}`));
    assert.equal(log[0].id, id);
  });
}

for (const header of [
  "",
  `${ID}\r\n`,
  `${ID}a b\r\n`,
  `${ID}"a"\r\n`,
  `${ID}\xe9\r\n`,
  `${ID}${"x".repeat(129)}\r\n`,
  `${ID}a\r\n${ID}b\r\n`,
]) {
  test(`a new request id takes the place of ${JSON.stringify(header.slice(0, 30))}`, async (context) => {
    const { headers, log } = await exchange(context, `GET / HTTP/1.1\r\n${header}${CLOSE}\r\n`, { trustsRequestId: true });
    assert.match(log[0].id, UUID);
    assert.ok(headers.includes(`x-request-id: ${log[0].id}`));
  });
}

test("what Node does not take in has a request id and an error code in the log as well", async (context) => {
  const { headers, log } = await exchange(context, get(`/?${"y".repeat(40_000)}`));
  const [{ id, milliseconds, ...line }] = log;
  assert.deepEqual(line, { method: "-", path: "-", operation: undefined, status: 413, code: 4130 });
  assert.ok(headers.includes(`x-request-id: ${id}`));
});

test("an error of the storage is told under the id of its request", async (context) => {
  const ids = [];
  const failing = { ...memoryStorage(), findKey: () => Promise.reject(new Error("the disk is gone")) };
  const onError = () => ids.push(requestId.getStore());
  const server = nodeServer(createService(await loadCore(), { storage: failing, onError }), () => {}, { trustsRequestId: true });
  const url = await listening(context, server);
  const key = await keyOf(memoryStorage());
  const call = (id) => fetch(`${url}/api/sso/authenticate?${fields(key, "one")}`, { headers: { "x-request-id": id } });
  const answers = await Promise.all(["one", "two"].map(call));
  assert.deepEqual(
    answers.map(({ status }) => status),
    [503, 503],
  );
  assert.deepEqual(ids.sort(), ["one", "two"]);
});

test("a client that goes away in the middle of its body has no effect", async (context) => {
  const text = "POST /api/sso/authenticate HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\nemail=";
  const { requests, log } = await exchange(context, text, { leaves: true });
  assert.deepEqual([requests.length, log.length], [0, 0]);
});

/** A client that goes away, by the method of its socket, when `await reached` is there; what was stored and logged then. */
async function goingAway(context, leave, { storage = memoryStorage(), passwords, reached }) {
  const key = await keyOf(storage);
  const faults = [];
  const service = createService(await loadCore(), { storage, passwords, onError: (error) => faults.push(error) });
  let server;
  const served = await new Promise((resolve) => {
    server = nodeServer(service, resolve);
    listening(context, server).then(async (url) => {
      const socket = connect(new URL(url).port, "127.0.0.1").on("error", () => {});
      socket.write(get(`/api/sso/authenticate?${fields(key, "one")}`).replace("Connection: close\r\n", ""));
      await reached;
      socket[leave]();
    });
  });
  return { served, faults, stored: storage.dump() };
}

for (const leave of ["end", "destroy", "resetAndDestroy"]) {
  test(`of a client that leaves by ${leave} while it waits for a hash, nothing is computed and stored`, async (context) => {
    const reached = resolvers();
    const passwords = {
      verify: async () => "match",
      hash: (_password, _salt, { signal }) =>
        new Promise((_, reject) => {
          signal.addEventListener("abort", () => reject(signal.reason));
          reached.resolve();
        }),
    };
    const { served, faults, stored } = await goingAway(context, leave, { passwords, reached: reached.promise });
    assert.deepEqual([served.status, served.code, faults], [499, undefined, []]);
    assert.deepEqual([stored.users.length, stored.tokens.length], [0, 0]);
  });

  test(`of a client that leaves by ${leave} once a write has begun, the request runs to its end`, async (context) => {
    const [reached, gone] = [resolvers(), resolvers()];
    const storage = memoryStorage();
    const { createUser } = storage;
    storage.createUser = async (...call) => {
      reached.resolve();
      await gone.promise;
      return createUser.call(storage, ...call);
    };
    const passwords = {
      verify: async () => "match",
      hash: async (_password, _salt, { signal }) => {
        signal.addEventListener("abort", gone.resolve);
        return "$hash";
      },
    };
    const { served, faults, stored } = await goingAway(context, leave, { storage, passwords, reached: reached.promise });
    assert.deepEqual([served.status, faults], [499, []]);
    assert.deepEqual([stored.users.length, stored.tokens.length], [1, 1]);
  });
}

function resolvers() {
  const made = {};
  made.promise = new Promise((resolve) => Object.assign(made, { resolve }));
  return made;
}
