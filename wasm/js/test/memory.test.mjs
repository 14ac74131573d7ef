import assert from "node:assert/strict";
import { test } from "node:test";
import { memoryStorage } from "ssokey/memory";
import { keepsTheContract, newUser, partner } from "./contract.mjs";

keepsTheContract("memory", () => ({ storage: memoryStorage() }));

test("a new user's id is one above the largest", async () => {
  const first = { ...(await memoryStorage().createUser(newUser(1))), id: 41 };
  const storage = memoryStorage({ companies: [{ id: 1, ...partner }], users: [first] });
  assert.equal((await storage.createUser(newUser(1, "bob@partner.example"))).id, 42);
});

test("a holder is found by company and id, of which the id alone may be another company's user", async () => {
  const companies = [1, 2].map((id) => ({ ...partner, id }));
  const users = await Promise.all(companies.map(({ id }) => memoryStorage().createUser(newUser(id))));
  assert.equal(users[0].id, users[1].id);
  const storage = memoryStorage({ companies, users });
  const rest = { keyId: null, credentialVersion: 1, product: null, expiresAt: 1 };
  await storage.saveToken({ digest: "d", userId: users[1].id, companyId: 2, ...rest });
  assert.deepEqual((await storage.findToken("d")).holder, { user: users[1], company: companies[1], key: null });
});

test("what it begins with and what it dumps are copies", async () => {
  const initial = { companies: [{ id: 1, ...partner }] };
  const storage = memoryStorage(initial);
  initial.companies[0].name = "changed";
  storage.dump().companies[0].name = "changed";
  assert.equal(storage.dump().companies[0].name, partner.name);
});
