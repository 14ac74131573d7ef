import assert from "node:assert/strict";
import { test } from "node:test";
import { memoryStorage } from "ssokey/memory";
import { health } from "../dist/http/health.js";
import { nodeServer } from "../dist/http/server.js";
import { listening } from "./listening.mjs";

const unreachable = () => assert.fail("the core is not asked");
const service = { bodyLimit: 0, failures: {}, answer: unreachable };

/** A server of which nothing but the health is asked, over a storage whose one read is `findProduct`. */
async function site(context, findProduct) {
  const errors = [];
  const log = [];
  const route = health({ ...memoryStorage(), findProduct }, (...error) => errors.push(error));
  const server = nodeServer(service, (served) => log.push(served), [route]);
  return { url: `${await listening(context, server)}/healthz`, errors, log };
}

async function told(response) {
  const { status, headers } = response;
  return [status, headers.get("content-type"), headers.get("cache-control"), await response.text()];
}

const OK = [200, "application/json", "no-store", '{"status":"ok"}'];
const UNAVAILABLE = [503, "application/json", "no-store", '{"status":"unavailable"}'];

test("a storage that answers is healthy, which is never cached and logged under the request's id", async (context) => {
  const { url, errors, log } = await site(context, async () => undefined);
  assert.deepEqual(await told(await fetch(url, { headers: { "x-request-id": "probe-1" } })), OK);
  assert.deepEqual(await told(await fetch(`${url}?verbose`)), OK);
  assert.deepEqual(await told(await fetch(url, { method: "HEAD" })), [...OK.slice(0, 3), ""]);
  assert.deepEqual(
    log.map(({ id, path, status }) => [id === "probe-1", path, status]),
    [
      [true, "/healthz", 200],
      [false, "/healthz", 200],
      [false, "/healthz", 200],
    ],
  );
  assert.deepEqual(errors, []);
});

test("a storage that fails is not healthy, until it answers again", async (context) => {
  const failure = new Error("the disk is gone");
  let isBroken = true;
  const { url, errors } = await site(context, () => (isBroken ? Promise.reject(failure) : Promise.resolve()));
  assert.deepEqual(await told(await fetch(url)), UNAVAILABLE);
  assert.deepEqual(errors, [[failure, "find_product"]]);
  isBroken = false;
  assert.deepEqual(await told(await fetch(url)), OK);
});

test("a storage that throws is not healthy", async (context) => {
  const { url } = await site(context, () => {
    throw new Error("closed");
  });
  assert.deepEqual(await told(await fetch(url)), UNAVAILABLE);
});

test("a storage that never answers is not healthy", async (context) => {
  context.mock.timers.enable({ apis: ["setTimeout"] });
  const errors = [];
  const route = health({ findProduct: () => new Promise(() => {}) }, (error) => errors.push(error.message));
  const answer = route({ method: "GET", path: "/healthz" });
  context.mock.timers.tick(2_000);
  assert.equal((await answer).status, 503);
  assert.deepEqual(errors, ["the storage does not answer"]);
});

test("however many ask at once, the storage is asked once", async () => {
  let count = 0;
  const { promise, resolve } = resolvers();
  const findProduct = () => {
    count += 1;
    return promise;
  };
  const route = health({ findProduct }, () => {});
  const probes = Array.from({ length: 64 }, () => route({ method: "GET", path: "/healthz" }));
  resolve();
  assert.deepEqual(new Set((await Promise.all(probes)).map(({ status }) => status)), new Set([200]));
  assert.equal(count, 1);
});

test("the health takes GET and HEAD, and leaves every other path to the format", async (context) => {
  const { url } = await site(context, unreachable);
  const refused = await fetch(url, { method: "POST", body: "x".repeat(100_000) });
  assert.deepEqual([refused.status, refused.headers.get("allow")], [405, "GET, HEAD"]);
  const route = health(memoryStorage(), unreachable);
  for (const path of ["/", "/healthz/", "/Healthz", "/api/session", "//healthz"]) {
    assert.equal(route({ method: "GET", path }), undefined, path);
  }
});

function resolvers() {
  let resolve;
  const promise = new Promise((settle) => (resolve = settle));
  return { promise, resolve };
}
