// Sign-ons over real HTTP and a database file, with a trap and a dead thread on the way. `make soak` does 10,000 of them.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { passwordPool } from "ssokey/pool";
import { passwordsInThread } from "../dist/core/hashing.js";
import { corrupt, deciding, hashing, memoryOf } from "./instance.mjs";
import { startSite } from "./site.mjs";
import { firstOf, threadsStarted } from "./thread.mjs";

const SIGN_ONS = Number(process.env.SIGN_ONS ?? 100);
/** The number of sign-ons that are under way at once. */
const WIDTH = 16;

test(`${SIGN_ONS} sign-ons, a trap and a dead thread leave the server answering, with no more memory`, async (context) => {
  const threads = threadsStarted(context);
  const passwords = passwordPool({ threads: 2, wait: 60_000 });
  context.after(() => passwords.close());
  const site = await startSite(context, { passwords });
  await signOns(site, WIDTH);
  const memory = memoryOf(deciding);

  const third = Math.ceil(SIGN_ONS / 3);
  assert.deepEqual(await signOns(site, third), { 200: third });
  assert.equal(memoryOf(deciding), memory);

  corrupt(deciding);
  const afterTrap = await signOns(site, third);
  assert.ok(afterTrap[500] >= 1 && afterTrap[500] <= WIDTH, JSON.stringify(afterTrap));
  assert.equal(afterTrap[200] + afterTrap[500], third);
  assert.ok(memoryOf(deciding) <= memory);

  const killed = signOns(site, third);
  await (await firstOf(threads)).terminate();
  const afterDeath = await killed;
  assert.ok((afterDeath[503] ?? 0) <= 1, JSON.stringify(afterDeath));
  assert.equal(afterDeath[200] + (afterDeath[503] ?? 0), third);
  assert.equal(threads.length, 3);

  assert.deepEqual(await signOns(site, WIDTH), { 200: WIDTH });
  assert.ok(memoryOf(deciding) <= memory);
  context.diagnostic(`linear memory: ${memory} bytes before, ${memoryOf(deciding)} after; faults told: ${site.faults.length}`);
});

test("the memory of the instance that hashes stays what one hash made it, and so it does after a trap", async (context) => {
  const passwords = passwordsInThread(
    async () => new WebAssembly.Module(readFileSync(new URL("../dist/argon2id.wasm", import.meta.url))),
    { wait: 60_000 },
  );
  const site = await startSite(context, { passwords });
  await signOns(site, 1);
  const memory = memoryOf(hashing);
  const some = Math.ceil(SIGN_ONS / 20);
  assert.deepEqual(await signOns(site, some), { 200: some });
  assert.equal(memoryOf(hashing), memory);
  corrupt(hashing);
  assert.deepEqual([await signOns(site, 1), await signOns(site, some)], [{ 503: 1 }, { 200: some }]);
  assert.equal(memoryOf(hashing), memory);
  context.diagnostic(`linear memory: ${memory} bytes before, ${memoryOf(hashing)} after`);
});

/** So many sign-ons of one user with one password; how many were answered with each status. */
async function signOns(site, count) {
  const statuses = {};
  let left = count;
  const next = async () => {
    while (left > 0) {
      left -= 1;
      const { status } = await site.signOn("one");
      statuses[status] = (statuses[status] ?? 0) + 1;
    }
  };
  await Promise.all(Array.from({ length: WIDTH }, next));
  return statuses;
}
