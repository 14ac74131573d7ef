import assert from "node:assert/strict";
import { createServer } from "node:http";
import { test } from "node:test";
import express from "express";
import { Hono } from "hono";
import { createHandler } from "ssokey";
import { memoryStorage } from "ssokey/memory";
import { createListener } from "ssokey/node";
import { listening } from "./listening.mjs";
import { fields, keyOf, signOn } from "./partner.mjs";

async function partner() {
  const storage = memoryStorage();
  return { storage, key: await keyOf(storage) };
}

const post = (url, body) => fetch(`${url}/api/sso/authenticate`, { method: "POST", body });

test("node:http takes the listener, which answers every path", async (context) => {
  const { storage, key } = await partner();
  const url = await listening(context, createServer(await createListener({ storage })));
  assert.equal((await post(url, fields(key, "one"))).status, 200);
  const unknown = await fetch(`${url}/other`);
  assert.deepEqual([unknown.status, (await unknown.json()).error.code], [404, 4040]);
});

test("Express takes it before a body parser, and gets what the format does not know, the body unread", async (context) => {
  const { storage, key } = await partner();
  const app = express();
  app.use(await createListener({ storage }));
  app.use(express.json());
  app.post("/other", (request, response) => response.json(request.body));
  const url = await listening(context, createServer(app));
  assert.equal((await post(url, fields(key, "one"))).status, 200);
  const headers = { "content-type": "application/json" };
  const other = await fetch(`${url}/other`, { method: "POST", headers, body: '{"a":1}' });
  assert.deepEqual(await other.json(), { a: 1 });
  assert.equal((await fetch(`${url}/api/session`)).status, 401);
});

test("Express is told of a body that was read before", async (context) => {
  const { storage, key } = await partner();
  const app = express();
  app.use(express.urlencoded(), await createListener({ storage }));
  app.use((error, _request, response, _next) => response.status(500).send(error.message));
  const url = await listening(context, createServer(app));
  const response = await post(url, fields(key, "one"));
  assert.match(await response.text(), /mount ssokey before all that reads bodies/);
  assert.deepEqual(storage.dump().users, []);
});

for (const [title, next] of [
  ["that throws", (error) => assert.fail(error)],
  ["that takes every error for its own", () => assert.fail("told")],
])
  test(`what \`next\` does not take is told and answered: one ${title}`, async (context) => {
    const { storage, key } = await partner();
    const told = [];
    const source = () => assert.fail("no address");
    const onError = ({ message }) => told.push(message);
    const isRead = title === "that throws";
    const listener = await createListener({ storage, onError, ...(isRead ? {} : { source }) });
    const server = createServer(async (request, response) => {
      if (isRead) for await (const _ of request);
      listener(request, response, next);
    });
    const url = await listening(context, server);
    const response = await post(url, fields(key, "one"));
    assert.deepEqual([response.status, (await response.json()).error.code], [500, 5000]);
    assert.match(told.join(), isRead ? /^the body was read already/ : /^no address$/);
    assert.deepEqual(storage.dump().users, []);
  });

test("Hono takes the handler itself", async () => {
  const { storage, key } = await partner();
  const handler = await createHandler({ storage });
  const app = new Hono();
  app.all("/api/*", (c) => handler(c.req.raw));
  assert.equal((await app.fetch(signOn(key, "one"))).status, 200);
});

test("what is no request, or no response, ends in no unhandled rejection", async () => {
  const told = [];
  const unhandled = [];
  const note = (reason) => unhandled.push(reason);
  process.on("unhandledRejection", note);
  const listener = await createListener({ storage: memoryStorage(), onError: ({ message }) => told.push(message) });
  for (const given of [
    [null, null],
    [{}, {}],
    [undefined, undefined, () => {}],
    [{ url: 5, method: "GET" }, {}, () => {}],
  ])
    assert.equal(listener(...given), undefined);
  for (let turn = 0; turn < 50; turn += 1) await new Promise(setImmediate);
  process.off("unhandledRejection", note);
  assert.deepEqual(unhandled, []);
  assert.ok(told.length > 0);
});
