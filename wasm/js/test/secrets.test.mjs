// No secret comes to light, wherever a client puts it and whatever a driver makes of it: not in a log, an answer, a number, or what
// `onError` writes.

import assert from "node:assert/strict";
import { connect } from "node:net";
import { test } from "node:test";
import { createHandler } from "ssokey";
import { memoryStorage } from "ssokey/memory";
import { setProduct } from "ssokey/operator";
import { logTo } from "../dist/cli/log.js";
import { loadCore } from "../dist/core/node.js";
import { metricsOf } from "../dist/http/metrics.js";
import { nodeServer } from "../dist/http/server.js";
import { createService } from "../dist/http/service.js";
import { listening } from "./listening.mjs";
import { fields, keyOf, signOn } from "./partner.mjs";

const PASSWORD = "Tr0ub4dor-and-3";

/** A server, all that it has written, and each secret that there is. */
async function site(context, override = {}) {
  const memory = memoryStorage();
  const key = await keyOf(memory);
  const { secret } = await setProduct(memory, { name: "email", launchUrl: "https://mail.example/in" });
  const metrics = metricsOf();
  const written = [];
  const stream = { isTTY: false, hasColors: () => false, writableLength: 0, write: (line) => written.push(line) };
  const logs = ["json", "text"].map((format) => logTo(stream, format));
  const storage = metrics.counted({ ...memory, ...override });
  const onError = (...told) => logs.forEach(({ error }) => void error(...told));
  const service = createService(await loadCore(), { storage, onError });
  const served = (request) => {
    metrics.request(request);
    for (const { request: log } of logs) log(request);
  };
  const server = nodeServer(service, served, { routes: [metrics.route] });
  const url = await listening(context, server);
  const post = (path, body) => fetch(url + path, { method: "POST", body, redirect: "manual" });
  return { memory, key, secret, url, written, post, flush: () => logs.forEach(({ flush }) => void flush()) };
}

/** Sends bytes as they are; returns what comes back. */
async function exchange(url, text) {
  const { port } = new URL(url);
  const socket = connect(port, "127.0.0.1").on("error", () => {});
  socket.end(Buffer.from(text, "latin1"));
  const parts = [];
  for await (const part of socket) parts.push(part);
  return Buffer.concat(parts).toString();
}

const HEADERS = [
  "Accept",
  "Authorization",
  "Content-Encoding",
  "Content-Type",
  "Cookie",
  "Expect",
  "Forwarded",
  "Host",
  "Origin",
  "Referer",
  "Transfer-Encoding",
  "Upgrade",
  "User-Agent",
  "X-Forwarded-For",
  "X-Real-Ip",
  "X-Request-Id",
  "Traceparent",
];
const OPERATIONS = [
  "/api/sso/authenticate",
  "/api/sso/login",
  "/api/sso/exchange",
  "/api/authenticate",
  "/api/session",
  "/api/signout",
];

/** Each place of a request in which a client may put something. */
function requestsWith(secret) {
  const CLOSE = "Connection: close\r\n";
  const get = (target, headers = "Host: x\r\n") => `GET ${target} HTTP/1.1\r\n${headers}${CLOSE}\r\n`;
  const post = (path, body, type = "application/x-www-form-urlencoded", headers = "") =>
    `POST ${path} HTTP/1.1\r\nHost: x\r\n${headers}Content-Type: ${type}\r\nContent-Length: ${body.length}\r\n${CLOSE}\r\n${body}`;
  return [
    secret,
    `${secret}\r\n\r\n`,
    `${secret} / HTTP/1.1\r\nHost: x\r\n${CLOSE}\r\n`,
    `GET / ${secret}\r\nHost: x\r\n${CLOSE}\r\n`,
    get(`/${secret}`),
    get(secret),
    get(`http://${secret}/api/session`),
    get(`http://x/${secret}`),
    `CONNECT ${secret}:443 HTTP/1.1\r\nHost: x\r\n${CLOSE}\r\n`,
    get("/api/session", `${secret}: x\r\n`),
    `GET /api/session HTTP/1.1\r\n${secret}\r\n${CLOSE}\r\n`,
    `POST /api/signout HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n${CLOSE}\r\n${secret}\r\n`,
    `POST /api/signout HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n${CLOSE}\r\n1;${secret}\r\nx\r\n0\r\n${secret}: ${secret}\r\n\r\n`,
    ...OPERATIONS.flatMap((path) => [
      get(`${path}/${secret}`),
      get(`${path}&password=${secret}`),
      get(`${path}?${secret}`),
      get(`${path}?${secret}=x`),
      get(`${path}?x=${secret}`),
      ...["email", "password", "ssokey", "product", "issued_at", "userid", "company", "code", "token"].flatMap((field) => [
        get(`${path}?${field}=${secret}`),
        post(path, `${field}=${secret}&${field}=${secret}`),
        post(path, JSON.stringify({ [field]: secret }), "application/json"),
        post(path, JSON.stringify({ [field]: { [secret]: secret } }), "application/json"),
      ]),
      post(path, secret),
      post(path, `"${secret}`, "application/json"),
      post(path, `{"${secret}":1}`, "application/json"),
      post(path, "x=y", secret),
      ...HEADERS.map((name) => get(path, `${name}: ${secret}\r\n`)),
      ...HEADERS.map((name) => post(path, "x=y", "application/x-www-form-urlencoded", `${name}: ${secret}\r\n`)),
    ]),
  ];
}

const sha256 = (text) => [text, encodeURIComponent(text), Buffer.from(text).toString("base64")];

function assertSecret(secrets, text, where) {
  for (const secret of secrets)
    for (const form of sha256(secret)) assert.ok(!text.includes(form), `${form} in ${where}: ${text}`);
}

// proves: SSO-REQ-025, SSO-RSP-015
test("a secret in any place of a request comes to light nowhere", async (context) => {
  const { key, secret, url, written, post, flush } = await site(context);
  const { token } = (await (await post("/api/sso/authenticate", fields(key, PASSWORD))).json()).return;
  const launched = await post("/api/sso/login", fields(key, PASSWORD));
  const code = new URL(launched.headers.get("location")).searchParams.get("code");
  const secrets = [key, PASSWORD, token, code, secret];
  for (const secret of secrets)
    for (const request of requestsWith(secret)) {
      const answer = await exchange(url, request);
      // What is meant for the sender alone: a session's own token.
      if (secret !== token || !answer.includes('"stat":"ok"')) assertSecret([secret], answer, `the answer to ${request}`);
    }
  flush();
  assert.ok(written.length > 1_000);
  assertSecret(secrets, written.join(""), "the log");
  assertSecret(secrets, await (await fetch(`${url}/metrics`)).text(), "the numbers");
});

/** Errors as drivers throw them, with the secret in each of their members. */
function errorsWith(secret) {
  const everywhere = [
    "message",
    "name",
    "code",
    "sqlState",
    "sqlMessage",
    "sql",
    "parameters",
    "detail",
    "where",
    "hint",
    "query",
  ];
  const planted = Object.fromEntries(everywhere.map((name) => [name, secret]));
  const known = ["23505", "ER_DUP_ENTRY", "SQLITE_CONSTRAINT", "ECONNRESET", "57014"].map((code) =>
    Object.assign(new Error(`Duplicate entry '8272-${secret}'`), { ...planted, message: `Duplicate entry '${secret}'`, code }),
  );
  return [
    ...known,
    Object.assign(new Error(secret), planted),
    Object.assign(new Error("x"), { stack: `Error: x\n    at ${secret} (file:1:1)` }),
    new Error(`x\n    at ${secret}:1:1`),
    new Error(`read ECONNRESET\n${secret}`),
    new Error("x", { cause: Object.assign(new Error(secret), planted) }),
    new AggregateError([new Error(secret)], secret),
    Object.assign(new TypeError(secret), { toString: () => secret, toJSON: () => secret }),
    planted,
    secret,
    { toString: () => secret },
    null,
    undefined,
  ];
}

test("a secret that a driver puts into an error comes to light nowhere", async (context) => {
  const throwing = { error: undefined };
  const fail = () => Promise.reject(throwing.error);
  const { key, url, written, post, flush } = await site(context, { findUser: fail });
  const warn = context.mock.method(console, "warn", () => {});
  const memory = memoryStorage();
  const own = await keyOf(memory);
  const handler = await createHandler({ storage: { ...memory, findUser: fail } });
  for (const secret of [key, PASSWORD])
    for (const error of errorsWith(secret)) {
      throwing.error = error;
      const answer = await post("/api/sso/authenticate", fields(key, PASSWORD));
      assert.equal(answer.status, 503);
      assertSecret([secret], await answer.text(), "the answer");
      assert.equal((await handler(signOn(own, PASSWORD))).status, 503);
    }
  flush();
  assertSecret([key, PASSWORD], written.join(""), "the log");
  assertSecret([key, PASSWORD], warn.mock.calls.map(({ arguments: [text] }) => text).join("\n"), "the warnings");
  assertSecret([key, PASSWORD], await (await fetch(`${url}/metrics`)).text(), "the numbers");
});
