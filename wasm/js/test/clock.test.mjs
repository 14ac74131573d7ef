// What has expired stays expired when a clock steps back, and servers whose clocks differ by 5 s take each other's codes and tokens.

import assert from "node:assert/strict";
import { test } from "node:test";
import { createHandler } from "ssokey";
import { memoryStorage } from "ssokey/memory";
import { purge, setProduct } from "ssokey/operator";
import { fields, keyOf } from "./partner.mjs";

const START = 1_790_000_000_000;
const MINUTE = 60_000;
const passwords = { verify: async () => "match", hash: async (password) => `$plain$${password}` };

/** Servers over one storage, the clock of each being off by so much. */
async function servers(skews, options = {}) {
  const storage = memoryStorage();
  const key = await keyOf(storage);
  const { secret } = await setProduct(storage, { name: "email", launchUrl: "https://mail.example/in" });
  const clock = { now: START };
  const sites = await Promise.all(
    skews.map(async (skew) => {
      const handler = await createHandler({ storage, passwords, now: () => clock.now + skew, ...options });
      const call = async (path, body, bearer) => {
        const headers = bearer === undefined ? {} : { authorization: `Bearer ${bearer}` };
        const init = body === undefined ? { headers } : { method: "POST", headers, body: new URLSearchParams(body) };
        const response = await handler(new Request(`https://sso.example${path}`, init));
        const location = response.headers.get("location");
        return {
          status: response.status,
          code: location && new URL(location).searchParams.get("code"),
          ...(await response.json()),
        };
      };
      return {
        signOn: async () => (await call("/api/sso/authenticate", fields(key, "one"))).return.token,
        launch: async () => (await call("/api/sso/login", fields(key, "one"))).code,
        exchange: (code) => call("/api/sso/exchange", { code, product: "email" }, secret),
        session: async (token) => (await call("/api/session", undefined, token)).status,
      };
    }),
  );
  return { sites, clock, storage };
}

test("a token that has expired does not come back when the clock steps back", async () => {
  const { sites, clock } = await servers([0]);
  const [site] = sites;
  const token = await site.signOn();
  assert.equal(await site.session(token), 200);
  clock.now += 60 * MINUTE;
  assert.equal(await site.session(token), 401);
  clock.now -= 30 * MINUTE;
  assert.equal(await site.session(token), 401);
  const later = await site.signOn();
  assert.equal(await site.session(later), 200);
  // From where it was, the clock goes on.
  clock.now += 30 * MINUTE;
  assert.equal(await site.session(later), 200);
  clock.now += 60 * MINUTE;
  assert.equal(await site.session(later), 401);
});

for (const broken of [Number.NaN, Number.POSITIVE_INFINITY, -1, undefined, 2 ** 60])
  test(`a clock that once says ${broken} brings nothing back, and is right again at once`, async () => {
    const { sites, clock } = await servers([0], { onError() {}, now: () => (clock.broken ? broken : clock.now) });
    const [site] = sites;
    const token = await site.signOn();
    clock.now += 60 * MINUTE;
    assert.equal(await site.session(token), 401);
    clock.broken = true;
    assert.equal(await site.session(token), 500);
    clock.broken = false;
    clock.now -= 30 * MINUTE;
    assert.equal(await site.session(token), 401);
    assert.equal(await site.session(await site.signOn()), 200);
  });

test("a code that has expired does not come back either", async () => {
  const { sites, clock } = await servers([0]);
  const [site] = sites;
  const code = await site.launch();
  clock.now += MINUTE;
  await site.session("x");
  clock.now -= MINUTE;
  assert.equal((await site.exchange(code)).status, 401);
});

test("what was purged is gone, whatever the clocks say", async () => {
  const { sites, clock, storage } = await servers([0, 0]);
  const token = await sites[0].signOn();
  clock.now += 60 * MINUTE;
  assert.equal(await purge(storage, {}, { now: () => clock.now }), 1);
  clock.now -= 60 * MINUTE;
  assert.equal(await sites[1].session(token), 401);
});

for (const skew of [-5_000, 5_000])
  test(`a code of the shortest life and its token survive a clock that is off by ${skew} ms`, async () => {
    const { sites, clock, storage } = await servers([0, skew], { codeLifetime: 10_000 });
    for (const [from, to] of [sites, [...sites].reverse()]) {
      const code = await from.launch();
      await purge(storage, {}, { now: () => clock.now + Math.max(0, skew) });
      const { status, return: holder } = await to.exchange(code);
      assert.equal(status, 200);
      for (const site of sites) assert.equal(await site.session(holder.token), 200);
      assert.equal((await from.exchange(code)).status, 401, "once");
    }
  });
