// The guard of an application's own routes.

import assert from "node:assert/strict";
import { createServer } from "node:http";
import { test } from "node:test";
import express from "express";
import { createHandler } from "ssokey";
import { memoryStorage } from "ssokey/memory";
import { createListener } from "ssokey/node";
import { listening } from "./listening.mjs";
import { keyOf, signOn } from "./partner.mjs";

const HOUR = 3_600_000;

/** A handler over a storage of a partner, and a token of its user for the product `email`. */
async function signedOn(options = {}) {
  const storage = memoryStorage();
  const key = await keyOf(storage);
  const handler = await createHandler({ storage, ...options });
  const { token } = (await (await handler(signOn(key, "one"))).json()).return;
  return { storage, key, handler, token };
}

const inbox = (token, init = {}) =>
  new Request("http://app.example/inbox?product=remote&token=x", {
    ...init,
    headers: token === undefined ? {} : { authorization: `Bearer ${token}` },
  });

const codeOf = async (response) => [response.status, (await response.json()).error.code];

test("the holder of a token for the product is given, whatever the route's own fields are", async () => {
  const { handler, token } = await signedOn();
  const { holder, response } = await handler.requireSession(inbox(token, { method: "POST" }), { product: "email" });
  assert.equal(response, undefined);
  assert.deepEqual([holder.email, holder.token, holder.companyDomain], ["ann@partner.example", token, "partner.example"]);
  assert.equal((await handler.requireSession(inbox(token), { product: null })).holder.email, "ann@partner.example");
});

test("a token may come from elsewhere, such as a cookie", async () => {
  const { handler, token } = await signedOn();
  const bare = inbox(undefined);
  assert.equal((await handler.requireSession(bare, { product: "email", token })).holder.token, token);
  for (const wrong of ["", "x", crypto.randomUUID()]) {
    const { holder, response } = await handler.requireSession(inbox(token), { product: "email", token: wrong });
    assert.deepEqual([holder, ...(await codeOf(response))], [undefined, 401, 4012]);
  }
  assert.equal((await handler.requireSession(inbox(token), { product: "email", token: undefined })).holder.token, token);
});

test("a request without an accepted token has a ready 401", async () => {
  const { handler, token } = await signedOn();
  for (const [request, product] of [
    [inbox(undefined), "email"],
    [inbox("x"), "email"],
    [inbox(crypto.randomUUID()), "email"],
    [inbox(token), "remote"],
  ]) {
    const { holder, response } = await handler.requireSession(request, { product });
    assert.equal(holder, undefined);
    assert.equal(response.headers.get("cache-control"), "no-store");
    assert.deepEqual(await codeOf(response), [401, 4012]);
  }
  const twice = new Headers([
    ["authorization", "Bearer a"],
    ["authorization", `Bearer ${token}`],
  ]);
  const { response } = await handler.requireSession(new Request("http://app.example/", { headers: twice }), { product: "email" });
  assert.deepEqual(await codeOf(response), [400, 4002]);
  const head = await handler.requireSession(inbox("x", { method: "HEAD" }), { product: "email" });
  assert.deepEqual([head.response.status, await head.response.text()], [401, ""]);
});

test("a token that has expired, or was ended, is refused", async () => {
  let now = Date.now();
  const { handler, token, key } = await signedOn({ now: () => now });
  const status = async (token) => (await handler.requireSession(inbox(token), { product: "email" })).response?.status;
  assert.equal(await status(token), undefined);
  now += HOUR;
  assert.equal(await status(token), 401);
  const { token: next } = (await (await handler(signOn(key, "one"))).json()).return;
  assert.equal(await status(next), undefined);
  await handler(new Request("http://sso.example/api/signout", { method: "POST", headers: { authorization: `Bearer ${next}` } }));
  assert.equal(await status(next), 401);
});

test("a refusal is 401 for legacy clients too: 200 would let them in", async () => {
  const { handler } = await signedOn({ legacyStatus: true });
  const { response } = await handler.requireSession(inbox("x"), { product: "email" });
  assert.deepEqual(await codeOf(response), [401, 4012]);
});

test("a fault on this side is 500 for legacy clients too", async () => {
  const told = [];
  const fault = new Error("no clock");
  const now = () => {
    throw fault;
  };
  const onError = (error) => told.push(error);
  const handler = await createHandler({ storage: memoryStorage(), legacyStatus: true, now, onError });
  const { response } = await handler.requireSession(inbox("x"), { product: "email" });
  assert.deepEqual([told, ...(await codeOf(response))], [[fault], 500, 5000]);
});

test("a storage that fails is 503, and told to onError", async () => {
  const told = [];
  const storage = memoryStorage();
  const fault = new Error("gone");
  const findToken = () => Promise.reject(fault);
  const onError = (...error) => told.push(error);
  const handler = await createHandler({ storage: { ...storage, findToken }, onError });
  const { holder, response } = await handler.requireSession(inbox(crypto.randomUUID()), { product: "email" });
  assert.deepEqual([holder, ...(await codeOf(response))], [undefined, 503, 5030]);
  assert.deepEqual(told, [[fault, "find_token"]]);
});

test("a product that is missing or not the server's is the embedder's mistake, not the client's", async () => {
  const { handler, token } = await signedOn();
  for (const [product, message] of [
    [undefined, /`requireSession` needs `product`: .* or `null` for any/],
    ["", /`product` is missing or empty/],
    ["emial", /`product` must be one of accounts, livechat, email/],
    ["\ud800", /`product` must be one of/],
    [7, /needs `product`/],
    [Symbol("email"), /needs `product`/],
    ["email&product=remote", /`product` must be one of/],
  ])
    await assert.rejects(handler.requireSession(inbox(token), { product }), { name: "SettingsError", message });
  for (const [options, message] of [
    [undefined, /needs `product`/],
    [null, /needs `product`/],
    [["email"], /needs `product`/],
    [{ product: null, Token: token }, /there is no option `Token`; the options are `product`, `token`/],
    [{ product: null, token: { token } }, /`token` must be a string/],
  ])
    await assert.rejects(handler.requireSession(inbox(token), options), { name: "SettingsError", message });
});

test("a service of its own needs `findToken` alone", async () => {
  const { storage, token } = await signedOn();
  const { findToken } = storage;
  const { requireSession } = await createHandler({ storage: { findToken }, operations: ["session"] });
  assert.equal((await requireSession(inbox(token), { product: "email" })).holder.token, token);
  const other = await createHandler({ storage, operations: ["sign_on"] });
  const message = /needs `session` among the `operations`/;
  await assert.rejects(other.requireSession(inbox(token), { product: "email" }), { name: "SettingsError", message });
});

test("the guard needs no more of a request than its headers", async () => {
  const { handler, token } = await signedOn();
  const { holder } = await handler.requireSession({ headers: { Authorization: `Bearer ${token}` } }, { product: "email" });
  assert.equal(holder.token, token);
});

test("Express: the holder, or an answer that was sent", async (context) => {
  const { storage, token } = await signedOn();
  const listener = await createListener({ storage });
  const app = express();
  app.use(listener);
  app.get("/inbox", async (request, response) => {
    const holder = await listener.requireSession(request, response, { product: "email" });
    if (holder) response.json({ of: holder.email });
  });
  app.get("/remote", async (request, response) => {
    if (await listener.requireSession(request, response, { product: "remote" })) response.json({});
  });
  const url = await listening(context, createServer(app));
  const get = (path, headers = {}) => fetch(url + path, { headers });
  const bearer = { authorization: `Bearer ${token}` };
  assert.deepEqual(await (await get("/inbox", bearer)).json(), { of: "ann@partner.example" });
  assert.deepEqual(await codeOf(await get("/inbox")), [401, 4012]);
  assert.deepEqual(await codeOf(await get("/remote", bearer)), [401, 4012]);
});
