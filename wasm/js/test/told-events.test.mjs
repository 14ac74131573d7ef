// What `onEvent` is told of a command is what the storage has kept of it.

import assert from "node:assert/strict";
import { test } from "node:test";
import { memoryStorage } from "ssokey/memory";
import * as entry from "ssokey/operator";
import { all, COMPANY as companyEmail } from "./partner.mjs";

const operator = { ...entry };
const passwords = {
  verify: async () => false,
  hash: async () => "$argon2id$v=19$m=8,t=1,p=1$c2FsdHNhbHQ$aGFzaGhhc2hoYXNoaGFzaA",
};
const EMAIL = "ann@partner.example";
const user = { companyEmail, userEmail: EMAIL };
const name = "livechat";

/** Commands in their order, each function at least once. */
const COMMANDS = [
  ["addCompany", { name: "Partner", domain: "partner.example", email: companyEmail, products: [name] }],
  ["addCompany", { name: "Partner", domain: "partner.example", email: companyEmail, products: [name] }],
  ["setCompany", { companyEmail, name: "Partner Ltd" }],
  ["setCompanyStatus", { companyEmail, status: "disabled" }],
  ["setCompanyStatus", { companyEmail, status: "enabled" }],
  ["issueKey", { companyEmail }],
  ["issueKey", { companyEmail }],
  ["rotateKey", { companyEmail, keyId: 1 }],
  ["rotateKey", { companyEmail, keyId: 1 }],
  ["setKeyStatus", { companyEmail, keyId: 2, status: "disabled" }],
  ["endKey", { companyEmail, keyId: 2 }],
  ["addUser", { ...user, password: "a password" }],
  ["addUser", { ...user, password: "a password" }],
  ["addUser", { ...user, userEmail: "bob@partner.example", password: "a password" }],
  ["setUser", { ...user, displayName: "Ann" }],
  ["setUserManager", { ...user, managedBy: "local" }],
  ["setUserStatus", { ...user, status: "disabled" }],
  ["signOutUser", user],
  ["setUserEmail", { ...user, newEmail: "bob@partner.example" }],
  ["setUserEmail", { ...user, newEmail: "eve@partner.example" }],
  ["disableHashes", { companyEmail, kind: "other" }],
  ["signOutCompany", { companyEmail }],
  ["setProduct", { name, launchUrl: "https://chat.example/enter" }],
  ["setProduct", { name, launchUrl: "https://chat.example/other" }],
  ["rotateProduct", { name }],
  ["deleteUser", { ...user, userEmail: "eve@partner.example" }],
  ["deleteUser", { ...user, userEmail: "eve@partner.example" }],
  ["purge", {}],
  ["deleteCompany", { companyEmail }],
  ["deleteCompany", { companyEmail }],
  ["purgeEvents", { before: 1 }],
];

test("what is told of each command is what the storage keeps, refused or not", async () => {
  const changing = Object.keys(operator).filter((name) => typeof operator[name] === "function" && /^[a-z]/.test(name));
  const reading = /^(?:list|show|count|load|create)/;
  for (const command of changing.filter((name) => !reading.test(name)))
    assert.ok(
      COMMANDS.some(([name]) => name === command),
      `${command} is among the commands`,
    );
  const storage = memoryStorage();
  for (const [command, members] of COMMANDS) {
    const before = storage.dump().events.length;
    const told = [];
    const options = { passwords, onEvent: (event) => told.push(event) };
    const running = operator[command](storage, members, options);
    await running.catch((error) => assert.equal(error.name, "OperatorError", `${command}: ${error.message}`));
    const kept = storage.dump().events.slice(before);
    assert.deepEqual(told, kept, command);
  }
  assert.ok((await all(operator.listEvents(storage))).length > 15);
});
