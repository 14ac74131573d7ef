// What HTTP allows and what it does not: each connection ends with an answer of the format and a line in the log, and what was not
// read whole has no effect.

import assert from "node:assert/strict";
import { once } from "node:events";
import { connect } from "node:net";
import { test } from "node:test";
import { memoryStorage } from "ssokey/memory";
import { loadCore } from "../dist/core/node.js";
import { adminServer } from "../dist/http/admin.js";
import { nodeServer } from "../dist/http/server.js";
import { createService } from "../dist/http/service.js";
import { listening } from "./listening.mjs";
import { fields, keyOf } from "./partner.mjs";

const passwords = { verify: async () => "match", hash: async (password) => `$plain$${password}` };

/** Sends parts to a server, each when the one before is read, and keeps its side open. Returns what comes back until it is closed. */
async function exchange(context, parts, { override = () => ({}), set = () => {} } = {}) {
  const memory = memoryStorage();
  const key = await keyOf(memory);
  const service = createService(await loadCore(), { storage: { ...memory, ...override(memory) }, passwords });
  const log = [];
  const server = nodeServer(service, (served) => log.push(served));
  set(server);
  const { port } = new URL(await listening(context, server));
  let unsent;
  const socket = connect(port, "127.0.0.1").on("error", (error) => (unsent = error.code));
  const since = performance.now();
  for (const part of parts(fields(key, "one").toString())) {
    socket.write(Buffer.from(part, "latin1"));
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  const chunks = [];
  for await (const chunk of socket) chunks.push(chunk);
  const text = Buffer.concat(chunks).toString();
  const answers = text.split(/(?=HTTP\/1\.1 )/).filter(Boolean);
  return {
    time: performance.now() - since,
    answers: answers.map((answer) => {
      const [head, body] = answer.split("\r\n\r\n");
      const { error, stat } = JSON.parse(body);
      return [Number(head.split(" ")[1]), error?.code ?? stat];
    }),
    isClosing: /^connection: close$/im.test(answers.at(-1) ?? ""),
    log: log.map(({ method, status, code }) => [method, status, code]),
    users: memory.dump().users.length,
    unsent,
  };
}

const FORM = "Content-Type: application/x-www-form-urlencoded\r\n";
const HEAD = `POST /api/sso/authenticate HTTP/1.1\r\nHost: x\r\n${FORM}`;
const whole = (body) => `${HEAD}Content-Length: ${body.length}\r\n\r\n${body}`;
const chunked = (body) => `${HEAD}Transfer-Encoding: chunked\r\n\r\n${body.length.toString(16)}\r\n${body}\r\n`;
const REFUSED = [400, 4000];

for (const [title, parts] of [
  ["a chunk without a size", (body) => [`${chunked(body)}xyz\r\n`]],
  ["a chunk that is longer than it says", (body) => [chunked(body), "1\r\nabc\r\n0\r\n\r\n"]],
  ["a chunk that comes late and is none", (body) => [chunked(body), "-1\r\n"]],
  ["a transfer coding that there is not", (body) => [`${HEAD}Transfer-Encoding: rot13\r\n\r\n${body}`]],
  ["a transfer coding after chunked", (body) => [`${HEAD}Transfer-Encoding: chunked, gzip\r\n\r\n${body}`]],
  ["two lengths", (body) => [`${HEAD}Content-Length: ${body.length}\r\nContent-Length: 1\r\n\r\n${body}`]],
  ["a length and chunks", (body) => [`${HEAD}Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n${body}`]],
  ["a length that is none", (body) => [`${HEAD}Content-Length: x\r\n\r\n${body}`]],
])
  test(`${title}: refused, told and without effect`, async (context) => {
    const { answers, isClosing, log, users } = await exchange(context, parts);
    assert.deepEqual([answers, log, users], [[REFUSED], [["-", ...REFUSED]], 0]);
    assert.ok(isClosing);
  });

for (const [title, set, parts, isTold] of [
  [
    "headers that do not end",
    (server) => (server.headersTimeout = 300),
    () => ["POST /api/session HTTP/1.1\r\nHost: x\r\n"],
    true,
  ],
  [
    "a body that does not end",
    (server) => Object.assign(server, { headersTimeout: 300, requestTimeout: 300 }),
    (body) => [whole(body).slice(0, -1)],
    true,
  ],
  ["a client that says nothing", (server) => (server.headersTimeout = 300), () => [], false],
])
  test(`${title}: seen within a second of its time`, async (context) => {
    const { answers, log, users, time } = await exchange(context, parts, { set });
    assert.ok(time < 2_500, `${time} ms`);
    assert.deepEqual([answers, log, users], isTold ? [[REFUSED], [["-", ...REFUSED]], 0] : [[], [], 0]);
  });

const slow = (storage) => ({
  async findKey(digest) {
    await new Promise((resolve) => setTimeout(resolve, 200));
    return storage.findKey(digest);
  },
});

for (const [title, garbage, refusal] of [
  ["garbage", "\x00\x01garbage\r\n\r\n", 4050],
  ["a request that is none", "GET / HTTP/9\r\n\r\n", 4000],
])
  for (const [when, parts] of [
    ["with it", (body) => [whole(body) + garbage]],
    ["soon after it", (body) => [whole(body), garbage]],
  ])
    test(`a request that is whole is answered, and ${title} that comes ${when} as well`, async (context) => {
      const { answers, isClosing, log, users } = await exchange(context, parts, { override: slow });
      assert.deepEqual(
        answers.map(([, code]) => code),
        ["ok", refusal],
      );
      assert.deepEqual([users, log.length, isClosing], [1, 2, true]);
    });

test("a chunked request that is broken waits for the answer before it", async (context) => {
  const { answers, log, users } = await exchange(context, (body) => [`${whole(body)}${chunked(body)}xyz\r\n`], {
    override: slow,
  });
  assert.deepEqual([answers, log.length, users], [[[200, "ok"], REFUSED], 2, 1]);
});

test("a CONNECT waits for the answer before it", async (context) => {
  const parts = (body) => [`${whole(body)}CONNECT x:1 HTTP/1.1\r\nHost: x\r\n\r\n`];
  const { answers } = await exchange(context, parts, { override: slow });
  assert.deepEqual(answers, [
    [200, "ok"],
    [405, 4050],
  ]);
});

test("a body that was too long has one answer, whatever follows", async (context) => {
  const parts = () => [`${HEAD}Transfer-Encoding: chunked\r\n\r\n4000\r\n${"x".repeat(0x4000)}\r\n`, "xyz\r\n"];
  const { answers, log } = await exchange(context, parts);
  assert.deepEqual([answers, log.length], [[[413, 4130]], 1]);
});

test("who reads no answer before the last byte is sent gets it, though the body is far too long", async (context) => {
  const head = `${HEAD}Connection: close\r\nContent-Length: ${64 * 0x4000}\r\n\r\n`;
  const parts = () => [head, ...Array(64).fill("x".repeat(0x4000))];
  const { answers, isClosing, log, unsent } = await exchange(context, parts);
  assert.deepEqual([answers, isClosing, log.length, unsent], [[[413, 4130]], true, 1, undefined]);
});

test("who does not send the rest of a body that was too long is left after its time", { timeout: 10_000 }, async (context) => {
  const parts = () => [`${HEAD}Connection: close\r\nContent-Length: 100000\r\n\r\n${"x".repeat(9000)}`];
  const { answers, isClosing } = await exchange(context, parts);
  assert.deepEqual([answers, isClosing], [[[413, 4130]], true]);
});

test("a server that is about to end says so with its last answers", async (context) => {
  const set = (server) => server.on("request", () => server.close());
  const { answers, isClosing } = await exchange(context, (body) => [whole(body)], { override: slow, set });
  assert.deepEqual([answers, isClosing], [[[200, "ok"]], true]);
});

for (const [title, start] of [
  ["the server", (service) => nodeServer(service, () => {})],
  ["the server for whoever runs it", () => adminServer([])],
])
  test(`a client that leaves its answers unread is cut off by ${title}`, { timeout: 30_000 }, async (context) => {
    const server = start(createService(await loadCore(), { storage: memoryStorage(), passwords }));
    // 0 would be for ever.
    server.timeout /= 100;
    const { port } = new URL(await listening(context, server));
    const client = connect(port, "127.0.0.1").on("error", () => {});
    context.after(() => client.destroy());
    const [connection] = await once(server, "connection");
    // More than the system takes for a client that does not read.
    client.write("GET /api/session HTTP/1.1\r\nHost: x\r\n\r\n".repeat(40_000));
    await once(connection, "close");
  });
