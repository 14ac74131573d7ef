// The kit of `ssokey/testing`, run by `node:test`, and records for tests that go beyond the contract.

import { test } from "node:test";
import { storageTests } from "ssokey/testing";

/** Registers the contract for the storage called `storage`. `open` gives an empty one. */
// proves: SSO-TEN-005, SSO-OPS-005
export function keepsTheContract(storage, open) {
  for (const { requirement, name, run } of storageTests(open)) test(`${storage}: ${requirement}: ${name}`, run);
}

const digestOf = (letter) => letter.repeat(64);

export const partner = {
  name: "Partner Ltd",
  domain: "partner.example",
  email: "it@partner.example",
  products: ["email", "meeting"],
  accountType: "ENTERPRISE",
  domainOwnershipVerified: true,
  domainMxVerified: false,
};

export const newUser = (companyId, email = "ann@partner.example") => ({
  companyId,
  email,
  passwordHash: "$argon2id$one",
  issuedAt: 1_700_000_000_000,
});

/** A user and a key, and a token and a code of theirs that are not stored yet. */
export async function given(storage, companyId) {
  const user = await storage.createUser(newUser(companyId));
  const keyId = await storage.saveKey({ digest: digestOf("a"), companyId, expiresAt: null });
  const ids = { userId: user.id, companyId, keyId };
  const token = { digest: digestOf("d"), ...ids, credentialVersion: 1, product: "email", expiresAt: 2 ** 53 - 1 };
  return { user, keyId, token, code: { ...token, product: "livechat", expiresAt: 60_000 } };
}
