// All of a sign-on but its hash: the fetch handler over memory, and the plain peer, with passwords that are compared at no cost.

import { createHandler } from "ssokey";
import { memoryStorage } from "ssokey/memory";
import { keyOf, signOn } from "../test/partner.mjs";
import { digestOf, loadPlain } from "./peers/plain.mjs";
import { median } from "./statistics.mjs";

// The hash is one of today, so that it is not computed anew at each sign-on.
const hash = `$argon2id$v=19$m=19456,t=2,p=1$${"A".repeat(22)}$${"A".repeat(43)}`;
const free = { verify: async () => "match", hash: async () => hash };
const BATCH = 50;

/** Gives the median microseconds of a sign-on, of both, in so many batches by turns. */
export async function measure(batches) {
  const storage = memoryStorage();
  const key = await keyOf(storage);
  const { plainHandler } = await loadPlain();
  const handlers = { ssokey: await createHandler({ storage, passwords: free }), plain: plainHandler(digestOf(key), free) };
  const times = { ssokey: [], plain: [] };
  for (let batch = -20; batch < batches; batch += 1)
    for (const [name, handler] of Object.entries(handlers)) {
      const requests = Array.from({ length: BATCH }, () => signOn(key, "any"));
      const begun = performance.now();
      for (const request of requests) {
        const response = await handler(request);
        if (response.status !== 200) throw new Error(`${name} answered ${response.status}`);
        await response.text();
      }
      if (batch >= 0) times[name].push((1000 * (performance.now() - begun)) / BATCH);
    }
  return Object.fromEntries(Object.entries(times).map(([name, taken]) => [name, median(taken)]));
}
