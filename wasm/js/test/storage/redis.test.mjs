// The storage kit on a storage that is not this package's and deletes by itself what has expired, in a real Redis.

import assert from "node:assert/strict";
import { after, test } from "node:test";
import { createCompany, given, keepsTheContract, partner, saveToken } from "../contract.mjs";
import { cachedStorage, expiringStorage } from "../expiring.mjs";
import { findsTheMistakes, isOfDatabase } from "../mistakes.mjs";
import { redisServer, redisStore } from "./redis-server.mjs";

const server = await redisServer();
after(() => server.stop(), { timeout: 30_000 });

async function open() {
  const client = await server.database();
  const { events, ...storage } = expiringStorage(redisStore(client));
  return { storage, events, close: () => client.close() };
}

keepsTheContract("redis", open);
keepsTheContract("redis, cached for 4 seconds", async () => {
  const { storage, ...opened } = await open();
  return { ...opened, storage: cachedStorage(storage, 4000) };
});
findsTheMistakes("redis", open, { lacks: ["constraints", "no expiry"], isTried: isOfDatabase, concurrency: 4 });

test("redis: a token is gone when it has expired", async (context) => {
  const { storage, close } = await open();
  context.after(close);
  const { id } = await createCompany(storage, partner);
  const { token } = await given(storage, id);
  await saveToken(storage, { ...token, expiresAt: Date.now() + 100 });
  await new Promise((resolve) => setTimeout(resolve, 200));
  assert.equal(await storage.findToken(token.digest), undefined);
});
