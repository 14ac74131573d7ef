// The kit of `ssokey/testing`, run by `node:test`, and its records and changes for tests that go beyond the contract.

import { test } from "node:test";
import { storageTests } from "ssokey/testing";

export { createCompany, eventOf, saveCode, saveToken, signedOn } from "../dist/testing/change.js";
export { createdCompany, given, newUser, partner } from "../dist/testing/record.js";

/** Registers the contract for the storage called `storage`. `open` gives an empty one, and its events. */
// proves: SSO-TEN-005, SSO-OPS-005
export function keepsTheContract(storage, open) {
  for (const { requirement, name, run } of storageTests(open)) test(`${storage}: ${requirement}: ${name}`, run);
}
