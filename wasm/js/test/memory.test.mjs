import assert from "node:assert/strict";
import { test } from "node:test";
import { memoryStorage } from "ssokey/memory";
import { createdCompany, keepsTheContract, newUser, partner, saveToken } from "./contract.mjs";

keepsTheContract("memory", () => {
  const storage = memoryStorage();
  return { storage, events: () => storage.dump().events };
});

test("of very many records those that fit are removed", async () => {
  const event = { kind: "signed_on", reason: null, source: null, companyId: 1, keyId: 1, userId: 1, product: null, fault: null };
  const storage = memoryStorage({ events: Array.from({ length: 300_000 }, (_, at) => ({ ...event, at })) });
  assert.equal(await storage.purgeEvents(100, { ...event, at: 300_000 }), 100);
  assert.deepEqual([storage.dump().events.length, storage.dump().events[0].at], [299_901, 100]);
});

test("a new user's id is one above the largest", async () => {
  const companies = [createdCompany(1, partner)];
  const first = { ...(await memoryStorage({ companies }).createUser(newUser(1), null)), id: 41 };
  const storage = memoryStorage({ companies, users: [first] });
  assert.equal((await storage.createUser(newUser(1, "bob@partner.example"), null)).id, 42);
});

test("a holder is found by company and id, of which the id alone may be another company's user", async () => {
  const companies = [1, 2].map((id) => createdCompany(id, partner));
  const users = await Promise.all(companies.map(({ id }) => memoryStorage({ companies }).createUser(newUser(id), null)));
  assert.equal(users[0].id, users[1].id);
  const storage = memoryStorage({ companies, users });
  const rest = { keyId: null, credentialVersion: 1, product: null, expiresAt: 1 };
  await saveToken(storage, { digest: "d", userId: users[1].id, companyId: 2, ...rest });
  assert.deepEqual((await storage.findToken("d")).holder, { user: users[1], company: companies[1], key: null });
});

test("what it begins with and what it dumps are copies", async () => {
  const initial = { companies: [createdCompany(1, partner)] };
  const storage = memoryStorage(initial);
  initial.companies[0].name = "changed";
  storage.dump().companies[0].name = "changed";
  assert.equal(storage.dump().companies[0].name, partner.name);
});
