// The handler and the listener in real frameworks, whose requests are not always those of a connection.

import assert from "node:assert/strict";
import { createServer, IncomingMessage } from "node:http";
import { connect, createServer as createHttp2Server } from "node:http2";
import { Readable } from "node:stream";
import { test } from "node:test";
import express from "express";
import fastify from "fastify";
import { Hono } from "hono";
import serverless from "serverless-http";
import { createHandler } from "ssokey";
import { memoryStorage } from "ssokey/memory";
import { createListener } from "ssokey/node";
import { listening } from "./listening.mjs";
import { fields, keyOf, signOn } from "./partner.mjs";

const FORM = { "content-type": "application/x-www-form-urlencoded" };
const PATH = "/api/sso/authenticate";

async function partner(options = {}) {
  const storage = memoryStorage();
  return { storage, key: await keyOf(storage), listener: await createListener({ storage, ...options }) };
}

/** Fails unless the document's call is answered with success at the URL. */
async function signsOn(url, key) {
  const response = await fetch(url, { method: "POST", body: fields(key, "one") });
  assert.deepEqual([response.status, (await response.json()).stat], [200, "ok"]);
}

/** Invokes a function of a cloud as its gateway does. */
const gateway = (method, path, { body = null, headers = {} } = {}) => ({
  version: "1.0",
  httpMethod: method,
  path,
  headers,
  multiValueHeaders: Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, [value]])),
  queryStringParameters: null,
  multiValueQueryStringParameters: null,
  requestContext: { identity: { sourceIp: "192.0.2.7" } },
  body,
  isBase64Encoded: false,
});

test("Express behind serverless-http signs on, asks for the session and goes on to other routes", async () => {
  const sources = [];
  const { storage, key, listener } = await partner();
  storage.admit = async ({ source }) => void sources.push(source);
  const app = express();
  app.use(listener, express.json());
  app.post("/other", (request, response) => response.json(request.body));
  const invoke = serverless(app);
  const signed = await invoke(gateway("POST", PATH, { body: String(fields(key, "one")), headers: FORM }), {});
  assert.equal(signed.statusCode, 200, signed.body);
  assert.deepEqual(sources.slice(0, 1), ["192.0.2.7"]);
  const authorization = `Bearer ${JSON.parse(signed.body).return.token}`;
  const session = await invoke(gateway("GET", "/api/session", { headers: { authorization } }), {});
  assert.equal(JSON.parse(session.body).return.email, "ann@partner.example");
  const out = await invoke(gateway("POST", "/api/signout", { headers: { authorization } }), {});
  assert.equal(out.statusCode, 200);
  const other = await invoke(gateway("POST", "/other", { body: '{"a":1}', headers: { "content-type": "application/json" } }), {});
  assert.equal(other.body, '{"a":1}');
});

test("Fastify signs on, by injected requests and by those of a connection", async (context) => {
  const { key, listener } = await partner();
  const app = fastify();
  app.addHook("onRequest", (request, reply, done) => listener(request.raw, reply.raw, done));
  app.post("/other", (request) => request.body);
  const payload = String(fields(key, "one"));
  const signed = await app.inject({ method: "POST", url: PATH, headers: FORM, payload });
  assert.equal(signed.statusCode, 200, signed.body);
  const authorization = `Bearer ${signed.json().return.token}`;
  assert.equal((await app.inject({ url: "/api/session", headers: { authorization } })).statusCode, 200);
  assert.equal((await app.inject({ url: `/api/session?token=${signed.json().return.token}` })).statusCode, 200);
  assert.equal((await app.inject({ method: "POST", url: PATH, headers: FORM, payload: "x".repeat(9000) })).statusCode, 413);
  assert.deepEqual((await app.inject({ method: "POST", url: "/other", payload: { a: 1 } })).json(), { a: 1 });
  const url = await app.listen({ port: 0, host: "127.0.0.1" });
  context.after(() => app.close());
  assert.equal((await fetch(url + PATH, { method: "POST", body: fields(key, "two") })).status, 200);
});

test("Express mounts it below a path, beside other routes of that path", async (context) => {
  const { key, listener } = await partner();
  const app = express();
  const nested = express.Router();
  nested.use("/sso", listener);
  app.use("/v1", nested);
  app.use("/v1/sso", (_request, response) => response.send("other"));
  const url = await listening(context, createServer(app));
  await signsOn(`${url}/v1/sso${PATH}`, key);
  assert.equal(await (await fetch(`${url}/v1/sso/api/other`)).text(), "other");
});

test("the listener has a base path, and leaves what is outside it to `next`", async (context) => {
  const { key, listener } = await partner({ basePath: "/sso/" });
  const app = express();
  app.use(listener);
  app.use((request, response) => response.send(`other ${request.url}`));
  const url = await listening(context, createServer(app));
  await signsOn(`${url}/sso${PATH}`, key);
  for (const path of [PATH, `/ssox${PATH}`, "/sso", `/sso/sso${PATH}`, `/SSO${PATH}`])
    assert.equal(await (await fetch(url + path)).text(), `other ${path}`);
});

test("Hono leaves it its paths, and has the other routes of `/api`", async () => {
  const storage = memoryStorage();
  const key = await keyOf(storage);
  const handler = await createHandler({ storage });
  const app = new Hono();
  app.use((c, next) => handler(c.req.raw, next));
  app.post("/api/other", async (c) => c.json(await c.req.json()));
  assert.equal((await app.fetch(signOn(key, "one"))).status, 200);
  assert.deepEqual(await (await app.request("/api/other", { method: "POST", body: '{"a":1}' })).json(), { a: 1 });
  assert.equal((await app.request("/api/nothing")).status, 404);
  assert.equal(await (await app.request("/api/nothing")).text(), "404 Not Found");
});

test("Hono serves it below a base path", async () => {
  const storage = memoryStorage();
  const key = await keyOf(storage);
  const handler = await createHandler({ storage, basePath: "/v1/sso" });
  const app = new Hono();
  app.use("/v1/sso/*", (c, next) => handler(c.req.raw, next));
  app.get("/v1/sso/other", (c) => c.text("other"));
  const body = fields(key, "one");
  assert.equal((await app.request(`/v1/sso${PATH}`, { method: "POST", body })).status, 200);
  assert.equal((await app.request(PATH, { method: "POST", body })).status, 404);
  assert.equal(await (await app.request("/v1/sso/other")).text(), "other");
});

test("node:http2 takes the listener", async (context) => {
  const { key, listener } = await partner();
  const url = await listening(context, Object.assign(createHttp2Server(listener), { closeAllConnections: () => {} }));
  const client = connect(url);
  context.after(() => client.close());
  const stream = client.request({ ":method": "POST", ":path": PATH, ...FORM });
  stream.end(String(fields(key, "one")));
  const [headers] = await new Promise((resolve) => stream.once("response", (...given) => resolve(given)));
  assert.equal(headers[":status"], 200);
  stream.close();
});

/** Gives the listener a request that no connection brought, and returns its answer. */
async function answerTo(listener, request) {
  const response = { headers: {}, setHeader: (name, value) => (response.headers[name] = value) };
  await new Promise((resolve) => {
    response.end = (body) => {
      response.body = JSON.parse(body);
      resolve();
    };
    response.destroy = resolve;
    listener(request, response);
  });
  return response;
}

const session = { method: "GET", url: "/api/session" };

test("a request that no connection brought may have `headers` alone, its names in any case", async () => {
  const { listener } = await partner();
  const code = async (request) => (await answerTo(listener, request)).body.error.code;
  const authorization = `Bearer ${crypto.randomUUID()}`;
  const plain = (headers) => Object.assign(Readable.from([]), { ...session, headers });
  assert.equal(await code(plain({ authorization })), 4012);
  assert.equal(await code(plain({ authorization: ["Bearer a", "Bearer b"] })), 4002);
  assert.equal(await code(plain({ Authorization: "Bearer a", authorization: "Bearer b" })), 4002);
  assert.equal(await code(plain(new Headers({ authorization: "Bearer a, Bearer b" }))), 4002);
  assert.equal(await code({ ...session, rawHeaders: ["Authorization", "Bearer a", "authorization", "Bearer b"] }), 4002);
  const ofNode = Object.assign(new IncomingMessage(), { ...session, headers: { authorization: "Bearer a, Bearer b" } });
  ofNode.push(null);
  assert.equal(await code(ofNode), 4002);
});

test("what a middleware has put into `headers` counts", async () => {
  const { listener } = await partner();
  const request = Object.assign(Readable.from([]), { ...session, headers: {}, rawHeaders: ["authorization", "Bearer a"] });
  assert.equal((await answerTo(listener, request)).body.error.code, 4012);
  request.headers.authorization = "Bearer a, Bearer b";
  const again = Object.assign(Readable.from([]), { ...session, headers: request.headers, rawHeaders: request.rawHeaders });
  assert.equal((await answerTo(listener, again)).body.error.code, 4002);
});

test("a body may come from an iterator, in text or bytes, or be there as `rawBody`", async () => {
  const { key, listener } = await partner();
  const text = String(fields(key, "one"));
  const post = { method: "POST", url: PATH, headers: { ...FORM, "content-length": text.length } };
  async function* parts() {
    yield text.slice(0, 5);
    yield new TextEncoder().encode(text.slice(5)).buffer;
  }
  const read = Object.assign(Readable.from([text]), post);
  await read.toArray();
  for (const request of [
    { ...post, [Symbol.asyncIterator]: parts },
    { ...post, rawBody: Buffer.from(text) },
    Object.assign(read, { rawBody: Buffer.from(text) }),
    Object.assign(Readable.from([text]), post),
  ])
    assert.equal((await answerTo(listener, request)).statusCode, 200);
  const long = { ...post, rawBody: Buffer.alloc(8193) };
  assert.equal((await answerTo(listener, long)).body.error.code, 4130);
});

test("a body that was read, or is given out as text, is told instead of being taken for none", async () => {
  const told = [];
  const { key, listener } = await partner({ onError: (error) => told.push(error.message) });
  const text = String(fields(key, "one"));
  const post = { method: "POST", url: PATH, headers: { ...FORM, "content-length": String(text.length) } };
  const read = Object.assign(Readable.from([text]), post);
  await read.toArray();
  const decoded = Object.assign(Readable.from([Buffer.from(text)], { objectMode: false }), post).setEncoding("utf8");
  for (const request of [read, decoded, { ...post, body: {} }]) {
    assert.equal((await answerTo(listener, request)).body.error.code, 5000);
    assert.match(told.pop(), /mount ssokey before all that reads bodies/);
  }
});

test("a request without a body may have been read", async () => {
  const { listener } = await partner();
  const read = Object.assign(Readable.from([]), { ...session, headers: {} });
  await read.toArray();
  assert.equal((await answerTo(listener, read)).body.error.code, 4012);
});

test("an upload that the client breaks off is dropped, and no error of the host's", async () => {
  const told = [];
  const { listener } = await partner({ onError: (...error) => told.push(error) });
  const post = { method: "POST", url: PATH, headers: FORM };
  const failing = Object.assign(new Readable({ read: () => {} }), post);
  const closing = Object.assign(new Readable({ read: () => {} }), post);
  const gone = Object.assign(new Readable({ read: () => {} }), post);
  gone.destroy();
  async function* breaking() {
    yield "email=";
    throw new Error("aborted");
  }
  setTimeout(() => failing.destroy(new Error("aborted")), 5);
  setTimeout(() => closing.destroy(), 5);
  for (const request of [failing, closing, gone, { ...post, [Symbol.asyncIterator]: breaking }])
    assert.equal((await answerTo(listener, request)).statusCode, undefined);
  assert.deepEqual(told, []);
});

test("an answer that was sent meanwhile is left as it is", async (context) => {
  const { key, listener } = await partner();
  const server = createServer((request, response) => {
    listener(request, response);
    response.writeHead(504).end("too late");
  });
  const url = await listening(context, server);
  const response = await fetch(url + PATH, { method: "POST", body: fields(key, "one") });
  assert.deepEqual([response.status, await response.text()], [504, "too late"]);
  assert.equal((await fetch(`${url}/other`)).status, 504);
});
