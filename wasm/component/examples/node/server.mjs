// A server on the component `ssokey-stepped.wasm`, over PostgreSQL: the tables are those of `npx ssokey migrate --db postgres://…`.
//
//   npx jco transpile ssokey-stepped.wasm -o stepped
//   node server.mjs postgres://user@host/database

import { randomBytes } from "node:crypto";
import { createServer } from "node:http";
import { Worker } from "node:worker_threads";
import pg from "pg";
import "./decoder.mjs";
import { decision, server } from "./stepped/ssokey-stepped.js";
import { storageOn } from "./storage.mjs";

const SETTINGS = {};
const LIMIT = server.bodyLimit();

const pool = new pg.Pool({ connectionString: process.argv[2], max: 10, connectionTimeoutMillis: 5_000, query_timeout: 10_000 });
pool.on("error", (error) => console.error(`a connection was lost: ${error.code ?? error.name}`));
const storage = storageOn(pool);

/** Hashes on a thread, in an instance of its own, so that this one goes on deciding. */
const thread = new Worker(new URL("thread.mjs", import.meta.url));
const waiting = new Map();
thread.on("message", ({ id, reply }) => waiting.get(id)(reply));
let calls = 0;
const MOST_WAITING = 100;

function hash(call) {
  // Whoever would wait for longer than a client does is told to come back.
  if (waiting.size >= MOST_WAITING) return { tag: "overloaded", val: 1 };
  const id = calls++;
  thread.postMessage({ id, call });
  return new Promise((resolve) => waiting.set(id, resolve)).finally(() => waiting.delete(id));
}

/** Carries out a call. Whatever goes wrong is a call that failed. */
async function answer({ tag, val }) {
  try {
    return await (tag === "verify-password" || tag === "hash-password" ? hash({ tag, val }) : storage[tag](val));
  } catch (error) {
    // The message of an error may hold a value.
    console.error(`${tag} failed: ${error.code ?? error.name}`);
    return { tag: "failed" };
  }
}

/** Decides a request. Any number of them may be on their way in the one instance. */
async function decide(request) {
  const moment = { now: BigInt(Date.now()), entropy: randomBytes(80) };
  let step = decision.next(decision.begin({ tag: "request", val: request }, SETTINGS, moment));
  while (step.tag === "call") {
    const { call, progress } = step.val;
    const reply = await answer(call);
    try {
      step = decision.next(progress, reply);
    } catch (error) {
      if (error instanceof WebAssembly.RuntimeError) throw error;
      // jco refuses the reply, in words that may have a value, and the progress is lost.
      console.error(`the reply to ${call.tag} is of no type: ${error.name}`);
      return server.failureResponse({ tag: "internal" }, SETTINGS);
    }
  }
  return step.val;
}

/** Resolves to nothing if the client goes away before the end. */
async function bodyOf(incoming) {
  const parts = [];
  let length = 0;
  try {
    for await (const part of incoming) {
      length += part.length;
      if (length <= LIMIT) parts.push(part);
    }
  } catch {
    return undefined;
  }
  return length > LIMIT ? { tag: "too-large" } : { tag: "bytes", val: Buffer.concat(parts) };
}

async function handle(incoming, outgoing) {
  const [path, ...query] = incoming.url.split("?");
  const headers = incoming.headersDistinct;
  const sent = await bodyOf(incoming);
  if (sent === undefined) return;
  const {
    status,
    headers: answered,
    body,
  } = await decide({
    method: incoming.method,
    path,
    query: Buffer.from(query.join("?"), "latin1"),
    contentType: headers["content-type"]?.[0],
    contentEncoding: headers["content-encoding"] ?? [],
    authorization: headers.authorization ?? [],
    body: sent,
    source: incoming.socket.remoteAddress,
  });
  if (!listener.listening) outgoing.setHeader("connection", "close");
  outgoing.writeHead(status, Object.fromEntries(answered)).end(body);
}

// Node looks for who takes too long every 30 seconds if it is not told otherwise.
const listener = createServer({ requestTimeout: 10_000, connectionsCheckingInterval: 1_000 }, (incoming, outgoing) => {
  handle(incoming, outgoing).catch((error) => {
    // A trap destroys the instance. End the process, and let what watches it start a new one.
    console.error(error);
    process.exit(1);
  });
});
// For as long a client may leave its answers unread.
listener.setTimeout(60_000);
listener.listen(Number(process.env.PORT ?? 0), "127.0.0.1", () =>
  console.log(`listening on http://127.0.0.1:${listener.address().port} `),
);
process.once("SIGTERM", () => {
  // What has come is answered. Whoever takes longer is cut off.
  setTimeout(() => process.exit(1), 10_000).unref();
  listener.close(async () => {
    await pool.end();
    await thread.terminate();
  });
});
