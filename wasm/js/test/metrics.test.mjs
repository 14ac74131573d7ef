import assert from "node:assert/strict";
import { test } from "node:test";
import { memoryStorage } from "ssokey/memory";
import { loadCore } from "../dist/core/node.js";
import { metricsOf } from "../dist/http/metrics.js";
import { nodeServer } from "../dist/http/server.js";
import { createService } from "../dist/http/service.js";
import { listening } from "./listening.mjs";
import { fields, keyOf } from "./partner.mjs";

/** A server whose numbers are read, over a storage of which methods are replaced. */
async function site(context, override = {}) {
  const memory = memoryStorage();
  const key = await keyOf(memory);
  const metrics = metricsOf();
  const storage = metrics.counted({ ...memory, ...override });
  const service = createService(await loadCore(), { storage, onError() {}, onEvent: metrics.event });
  const url = await listening(context, nodeServer(service, metrics.request, { routes: [metrics.route] }));
  return {
    url,
    key,
    metrics,
    signOn: (password, more) => fetch(`${url}/api/sso/authenticate`, { method: "POST", body: fields(key, password, more) }),
    async numbers() {
      const response = await fetch(`${url}/metrics`);
      assert.match(response.headers.get("content-type"), /^text\/plain; version=0\.0\.4/);
      const lines = (await response.text()).split("\n").filter((line) => line.startsWith("ssokey_") && !line.includes("_bucket"));
      return Object.fromEntries(
        lines.map((line) => [line.slice(0, line.lastIndexOf(" ")), Number(line.slice(line.lastIndexOf(" ")))]),
      );
    },
  };
}

test("requests, sign-ons, refusals and the storage's calls are counted, each under its labels", async (context) => {
  const { signOn, numbers, url } = await site(context);
  for (const password of ["one", "one", "two"]) await signOn(password);
  await signOn("one", { ssokey: "ssok_wrong" });
  await fetch(`${url}/nowhere/secret`);
  const counted = await numbers();
  assert.equal(counted['ssokey_requests_total{operation="sign_on",status="200",code=""}'], 3);
  assert.equal(counted['ssokey_requests_total{operation="sign_on",status="401",code="4010"}'], 1);
  assert.equal(counted['ssokey_requests_total{operation="none",status="404",code="4040"}'], 1);
  assert.equal(counted['ssokey_request_seconds_count{operation="sign_on"}'], 4);
  for (const outcome of ["user_created", "signed_on", "password_replaced"])
    assert.equal(counted[`ssokey_sign_ons_total{outcome="${outcome}"}`], 1, outcome);
  assert.equal(counted['ssokey_refusals_total{kind="key_refused",reason="malformed"}'], 1);
  assert.equal(counted['ssokey_storage_call_seconds_count{call="findKey"}'], 3);
  assert.ok(!JSON.stringify(counted).includes("secret"));
});

test("a call of the storage that fails is counted", async (context) => {
  const failing = { findUser: () => Promise.reject(new Error("gone")) };
  const { signOn, numbers } = await site(context, failing);
  assert.equal((await signOn("one")).status, 503);
  const counted = await numbers();
  assert.equal(counted['ssokey_storage_failures_total{call="findUser"}'], 1);
  assert.equal(counted['ssokey_requests_total{operation="sign_on",status="503",code="5030"}'], 1);
});

test("a number that others have is read when somebody asks", async (context) => {
  const { metrics, numbers } = await site(context);
  let waiting = 3;
  metrics.gauge("hashes_waiting", "Hashes that wait.", ["class"], () => [{ labels: { class: "keyed" }, value: waiting }]);
  assert.equal((await numbers())['ssokey_hashes_waiting{class="keyed"}'], 3);
  waiting = 0;
  assert.equal((await numbers())['ssokey_hashes_waiting{class="keyed"}'], 0);
});

test("two servers of one process count apart", async (context) => {
  const [one, two] = [await site(context), await site(context)];
  await one.signOn("one");
  assert.equal((await one.numbers())['ssokey_sign_ons_total{outcome="user_created"}'], 1);
  assert.equal((await two.numbers())['ssokey_sign_ons_total{outcome="user_created"}'], undefined);
});

test("a storage that is counted keeps what is not a method, and its end", async () => {
  const storage = { ...memoryStorage(), isFile: true, close: () => "closed" };
  const counted = metricsOf().counted(storage);
  assert.equal(counted.isFile, true);
  assert.equal(counted.close(), "closed");
  assert.deepEqual(Object.keys(counted), Object.keys(storage));
});
