// The operator's functions: what they take and give. What the commands promise is in the vectors.

import assert from "node:assert/strict";
import { test } from "node:test";
import { memoryStorage } from "ssokey/memory";
import * as operator from "ssokey/operator";
import { newUser } from "./contract.mjs";
import { all, COMPANY as companyEmail, keyOf } from "./partner.mjs";

const NEVER = { expiresAt: null, lastUsedAt: null };

/** A storage with a company that has the key 1. */
async function partner() {
  const storage = memoryStorage();
  await keyOf(storage);
  return storage;
}

test("a company is added, disabled and listed", async () => {
  const storage = memoryStorage();
  const members = { name: "Partner Ltd", domain: "Partner.example", email: "IT@partner.example", products: ["email"] };
  const added = await operator.addCompany(storage, members);
  const company = {
    companyId: 1,
    name: "Partner Ltd",
    domain: "partner.example",
    email: companyEmail,
    products: ["email"],
    emailDomains: [],
    accountType: "ENTERPRISE",
    domainOwnershipVerified: false,
    domainMxVerified: false,
    status: "enabled",
  };
  assert.deepEqual(added, company);
  assert.equal(await operator.setCompanyStatus(storage, { companyEmail, status: "disabled" }), undefined);
  assert.deepEqual(await all(operator.listCompanies(storage)), [{ ...company, status: "disabled" }]);
});

test("a key is issued, rotated in one call of the storage, disabled and listed", async () => {
  const storage = await partner();
  const expiresAt = Date.now() + 1000;
  const issued = await operator.issueKey(storage, { companyEmail, expiresAt });
  assert.match(issued.ssokey, /^ssok_[0-9A-Za-z]{49}$/);
  assert.deepEqual({ ...issued, ssokey: "" }, { keyId: 2, companyId: 1, ssokey: "", expiresAt });
  const failing = { ...storage, saveKey: () => assert.fail(), setKeyStatus: () => assert.fail() };
  assert.equal((await operator.rotateKey(failing, { companyEmail, keyId: 2 })).keyId, 3);
  assert.equal((await operator.rotateKey(failing, { companyEmail, keyId: 3, keep: true })).keyId, 4);
  await operator.setKeyStatus(storage, { companyEmail, keyId: 4, status: "disabled" });
  const listed = await all(operator.listKeys(storage, { companyEmail }));
  for (const { createdAt } of listed.slice(1)) assert.ok(createdAt >= expiresAt - 1000 && createdAt <= Date.now());
  assert.deepEqual(
    listed.map(({ createdAt: _, ...key }) => key),
    [
      { keyId: 1, status: "enabled", ...NEVER },
      { keyId: 2, status: "revoked", expiresAt, lastUsedAt: null },
      { keyId: 3, status: "enabled", ...NEVER },
      { keyId: 4, status: "disabled", ...NEVER },
    ],
  );
});

test("a user is added, disabled, managed and listed", async () => {
  const storage = await partner();
  const ann = { companyEmail, userEmail: "Ann@partner.example" };
  const email = "ann@partner.example";
  const said = { loginId: email, displayName: email, isCreator: false, isCompanyAdmin: false, permissions: [] };
  const added = { userId: 1, email, ...said, status: "enabled", managedBy: "local" };
  assert.deepEqual(await operator.addUser(storage, { ...ann, password: "one" }), added);
  await operator.setUserStatus(storage, { ...ann, status: "disabled" });
  await operator.setUserManager(storage, { ...ann, managedBy: "partner" });
  const set = { displayName: "Ann Lee", permissions: ["chat.read"] };
  await operator.setUser(storage, { ...ann, ...set });
  const changed = { ...added, ...set, status: "disabled", managedBy: "partner" };
  assert.deepEqual(await all(operator.listUsers(storage, { companyEmail })), [changed]);
  assert.equal((await storage.findUser(1, email)).credentialVersion, 3);
});

test("what answers say of a company is set", async () => {
  const storage = await partner();
  await operator.setCompany(storage, { companyEmail, name: "Partner plc", domainMxVerified: true });
  const [company] = await all(operator.listCompanies(storage));
  assert.deepEqual([company.name, company.domainMxVerified, company.accountType], ["Partner plc", true, "ENTERPRISE"]);
  const nothing = operator.setCompany(storage, { companyEmail });
  await assert.rejects(nothing, { name: "OperatorError", code: 4001, message: "a member to set is missing" });
});

// proves: SSO-RULE-010
test("the domains of new users are set in the place of those before, and lifted", async () => {
  const storage = memoryStorage();
  const members = {
    name: "Partner Ltd",
    domain: "partner.example",
    email: companyEmail,
    emailDomains: ["B.example", "a.example"],
  };
  assert.deepEqual((await operator.addCompany(storage, members)).emailDomains, ["b.example", "a.example"]);
  for (const emailDomains of [["c.example"], []]) {
    await operator.setCompany(storage, { companyEmail, emailDomains });
    await operator.setCompany(storage, { companyEmail, name: "Partner plc" });
    assert.deepEqual((await all(operator.listCompanies(storage)))[0].emailDomains, emailDomains);
  }
  const outside = operator.setCompany(storage, { companyEmail, emailDomains: ["@c.example"] });
  await assert.rejects(outside, { code: 4003, message: /^`emailDomains` must be at most 100 domain names/ });
});

test("hashes are counted by kind, and those of a kind are disabled, in parts", async () => {
  const storage = await partner();
  const hash = "$argon2id$v=19$m=19456,t=2,p=1$YW4gb2xkZXIgc2FsdC4uLg$WGhK+8v6fcHSANoPAjECBaPo7SWGgMkI8tZ/hSUmy2A";
  for (const [index, passwordHash] of [hash, "", hash.replace("t=2", "t=3"), "md5", hash].entries()) {
    await storage.createUser({ ...newUser(1, `u${index}@partner.example`), passwordHash }, null);
  }
  const count = () => operator.countHashes(storage, { companyEmail, limit: 2 });
  assert.deepEqual(await count(), { current: 2, other: 1, unreadable: 2, disabled: 0 });
  assert.equal(await operator.disableHashes(storage, { companyEmail, kind: "unreadable", limit: 1 }), 2);
  assert.deepEqual(await count(), { current: 2, other: 1, unreadable: 0, disabled: 2 });
  assert.equal((await storage.findUser(1, "u1@partner.example")).credentialVersion, 2);
  await assert.rejects(operator.disableHashes(storage, { companyEmail, kind: "disabled" }), { code: 4003 });
});

test("a key that leaked is ended, and users are signed out", async () => {
  const storage = await partner();
  await storage.createUser({ ...newUser(1, "ann@partner.example"), passwordKeyId: 1 }, null);
  await storage.createUser(newUser(1, "bob@partner.example"), null);
  const versions = async () => (await storage.listUsers(1, 0, 9)).map((user) => user.credentialVersion);
  assert.equal(await operator.endKey(storage, { companyEmail, keyId: 1 }), 1);
  assert.equal(await operator.endKey(storage, { companyEmail, keyId: 1 }), 0);
  assert.deepEqual(await versions(), [2, 1]);
  assert.equal(await operator.signOutUser(storage, { companyEmail, userEmail: "Bob@partner.example" }), undefined);
  assert.deepEqual(await versions(), [2, 2]);
  assert.equal(await operator.signOutCompany(storage, { companyEmail }), undefined);
  assert.deepEqual(await versions(), [3, 3]);
  await assert.rejects(operator.endKey(storage, { companyEmail, keyId: 2 }), {
    code: 4040,
    message: "the company has no such key",
  });
});

test("a user is shown, gets a different e-mail and is deleted, and a company is deleted", async () => {
  const storage = await partner();
  const userEmail = "ann@partner.example";
  const ann = { companyEmail, userEmail };
  await storage.createUser({ ...newUser(1, userEmail), issuedAt: 7, passwordKeyId: 1 }, null);
  const [listed] = await all(operator.listUsers(storage, { companyEmail }));
  assert.deepEqual(await operator.showUser(storage, ann), { user: listed, issuedAt: 7, passwordKeyId: 1 });
  await operator.addUser(storage, { companyEmail, userEmail: "bob@partner.example", password: "one" });
  const taken = operator.setUserEmail(storage, { ...ann, newEmail: "Bob@partner.example" });
  await assert.rejects(taken, { name: "OperatorError", code: 4093, message: "the company has a user with this e-mail" });
  assert.equal(await operator.setUserEmail(storage, { ...ann, newEmail: "Lee@partner.example" }), undefined);
  await assert.rejects(operator.showUser(storage, ann), { code: 4040 });
  const lee = { companyEmail, userEmail: "lee@partner.example" };
  assert.equal((await storage.findUser(1, lee.userEmail)).credentialVersion, 2);
  assert.equal(await operator.deleteUser(storage, lee), undefined);
  await assert.rejects(operator.deleteUser(storage, lee), { code: 4040 });
  const { user } = await operator.showUser(storage, { companyEmail, userEmail: "bob@partner.example" });
  assert.deepEqual(await all(operator.listUsers(storage, { companyEmail })), [user]);
  const events = (await all(operator.listEvents(storage))).filter(({ userId }) => userId === 1);
  assert.deepEqual(
    events.map(({ kind, userEmail }) => [kind, userEmail]),
    [
      ["user_email_set", null],
      ["user_deleted", null],
    ],
  );
  assert.equal(await operator.deleteCompany(storage, { companyEmail }), undefined);
  await assert.rejects(operator.deleteCompany(storage, { companyEmail }), { code: 4040 });
  const { companies, keys, keyTimes, users } = storage.dump();
  assert.deepEqual({ companies, keys, keyTimes, users }, { companies: [], keys: [], keyTimes: [], users: [] });
  assert.equal((await all(operator.listEvents(storage))).at(-1).kind, "company_deleted");
});

test("products are set, keep their secrets, are rotated and listed by name", async () => {
  const storage = await partner();
  const [mail, chat] = [
    { name: "email", launchUrl: "https://mail.example/" },
    { name: "livechat", launchUrl: "https://chat.example/" },
  ];
  assert.deepEqual(await operator.listProducts(storage), []);
  await operator.setProduct(storage, chat);
  const { secret, ...set } = await operator.setProduct(storage, mail);
  assert.match(secret, /^[0-9a-f]{64}$/);
  assert.deepEqual(set, mail);
  const { secretDigest } = await storage.findProduct("email");
  const moved = { ...mail, launchUrl: "https://mail.example/in" };
  assert.deepEqual(await operator.setProduct(storage, moved), { ...moved, secret: null });
  assert.equal((await storage.findProduct("email")).secretDigest, secretDigest);
  const rotated = await operator.rotateProduct(storage, { name: "email", overlap: 5 }, { now: () => 1000 });
  assert.notEqual(rotated.secret, secret);
  assert.deepEqual({ ...rotated, secret: "" }, { name: "email", secret: "", previousSecretExpiresAt: 1005 });
  assert.equal((await storage.findProduct("email")).previousSecretDigest, secretDigest);
  assert.deepEqual(await operator.listProducts(storage), [
    { ...moved, previousSecretExpiresAt: 1005 },
    { ...chat, previousSecretExpiresAt: null },
  ]);
  const absent = operator.rotateProduct(storage, { name: "meeting" });
  await assert.rejects(absent, { code: 4040, message: "the product is not set; set its launch URL first" });
});

test("what has expired is purged, as of the time that is given", async () => {
  const storage = await partner();
  const asked = [];
  const purge = async (now) => {
    asked.push(now);
    return 3;
  };
  const counting = { ...storage, purge };
  assert.equal(await operator.purge(counting, {}, { now: () => 17 }), 3);
  assert.deepEqual(asked, [17]);
});

test("a list is read in parts, of so many records as are asked for, to the last, and no further than it is wanted", async () => {
  const storage = await partner();
  for (let index = 0; index < 5; index += 1) await storage.createUser(newUser(1, `u${index}@partner.example`), null);
  const read = [];
  const listUsers = (companyId, after, limit) => {
    read.push([after, limit]);
    return storage.listUsers(companyId, after, limit);
  };
  const counting = { ...storage, listUsers };
  const ids = async (members) =>
    (await all(operator.listUsers(counting, { companyEmail, ...members }))).map(({ userId }) => userId);
  assert.deepEqual(await ids({ limit: 2 }), [1, 2, 3, 4, 5]);
  assert.deepEqual(read.splice(0), [
    [0, 2],
    [2, 2],
    [4, 2],
  ]);
  assert.deepEqual(await ids({ after: 3 }), [4, 5]);
  assert.deepEqual(read.splice(0), [[3, 500]]);
  for await (const { userId } of operator.listUsers(counting, { companyEmail, limit: 2 })) if (userId === 2) break;
  assert.deepEqual(read, [[0, 2]]);
});

const REFUSED = [
  {
    title: "no e-mail",
    run: (storage) => operator.issueKey(storage, { companyEmail: "it" }),
    code: 4003,
    says: /^`companyEmail` must be an e-mail/,
  },
  { title: "nothing", run: (storage) => operator.issueKey(storage, {}), code: 4001, says: /^`companyEmail` is missing/ },
  {
    title: "a company that is not there",
    run: (storage) => all(operator.listKeys(storage, { companyEmail: "it@other.example" })),
    code: 4040,
    says: /^no company/,
  },
  { title: "a company that is there", run: (storage) => keyOf(storage), code: 4093, says: /taken/ },
  {
    title: "a member that is not known",
    run: (storage) => operator.issueKey(storage, { companyEmail, days: 3 }),
    code: 4000,
    says: /^a member is unknown; known are `companyEmail`, `expiresAt`$/,
  },
  {
    title: "a time that is not a number",
    run: (storage) => operator.issueKey(storage, { companyEmail, expiresAt: NaN }),
    code: 4000,
    says: /^`expiresAt` must be a number$/,
  },
  {
    title: "a time without end",
    run: (storage) => operator.issueKey(storage, { companyEmail, expiresAt: Infinity }),
    code: 4000,
    says: /^`expiresAt` must be a number$/,
  },
  {
    title: "a `Date`",
    run: (storage) => operator.issueKey(storage, { companyEmail, expiresAt: new Date(9e14) }),
    code: 4000,
    says: /^`expiresAt` must be a number$/,
  },
  ...[() => 9e14, Symbol("soon"), 9n ** 15n].map((expiresAt) => ({
    title: `a time that is a ${typeof expiresAt}`,
    run: (storage) => operator.issueKey(storage, { companyEmail, expiresAt }),
    code: 4000,
    says: /^`expiresAt` must be a number$/,
  })),
  {
    title: "a set of products",
    run: (storage) =>
      operator.addCompany(storage, { name: "A", domain: "a.example", email: "a@a.example", products: new Set(["email"]) }),
    code: 4000,
    says: /^`products` must be an array of strings$/,
  },
  {
    title: "half a character",
    run: (storage) => operator.addUser(storage, { companyEmail, userEmail: "a@b.example", password: "\ud800" }),
    code: 4000,
    says: /^the command is not a JSON object of different members$/,
  },
];
const NAMES = {
  4000: "malformed_request",
  4001: "missing_parameter",
  4003: "invalid_parameter",
  4040: "not_found",
  4093: "already_exists",
};
for (const { title, run, code, says } of REFUSED)
  test(`${title} is refused by the core, and nothing is stored`, async () => {
    const storage = await partner();
    const before = storage.dump();
    await assert.rejects(run(storage), (error) => {
      assert.ok(error instanceof operator.OperatorError);
      assert.deepEqual([error.code, error.errorName], [code, NAMES[code]]);
      assert.match(error.message, says);
      return true;
    });
    assert.deepEqual(storage.dump(), before);
  });

test("the products of a server are those that its operator is given", async () => {
  const storage = memoryStorage();
  const company = { name: "Partner Ltd", domain: "partner.example", email: companyEmail };
  const options = { products: ["mail", "calendar"] };
  assert.deepEqual((await operator.addCompany(storage, company, options)).products, options.products);
  const launchUrl = "https://mail.example/";
  await operator.setProduct(storage, { name: "mail", launchUrl }, options);
  await assert.rejects(operator.setProduct(storage, { name: "email", launchUrl }, options), /one of mail, calendar/);
  await assert.rejects(operator.setProduct(storage, { name: "mail", launchUrl }, { products: [] }), {
    name: "SettingsError",
    message: /`products`/,
  });
});

test("what the storage throws is thrown on, and a hash is computed where it is said", async () => {
  const storage = await partner();
  const full = new Error("full");
  const user = { companyEmail, userEmail: "ann@partner.example", password: "one" };
  await assert.rejects(operator.addUser({ ...storage, createUser: () => Promise.reject(full) }, user), (error) => error === full);
  const asked = [];
  const hash = async (...call) => {
    asked.push(call);
    return "$argon2id$own";
  };
  const verify = async () => "match";
  const passwords = { verify, hash };
  await operator.addUser(storage, user, { passwords });
  const [[password, salt, behalf]] = asked;
  assert.deepEqual([password, salt.length, behalf], ["one", 32, { keyed: true, companyId: 1 }]);
  assert.equal(storage.dump().users[0].passwordHash, "$argon2id$own");
  const busy = { verify, hash: () => Promise.reject(new operator.Overloaded(3)) };
  await assert.rejects(operator.addUser(storage, { ...user, userEmail: "bob@partner.example" }, { passwords: busy }), {
    code: 5031,
  });
});

test("a reply that does not fit is told by call, member and what was expected", async () => {
  const storage = await partner();
  const fault = { name: "HostFaultError", call: "save_key", member: "keyId", expected: "an integer from 1 to 2^53-1" };
  await assert.rejects(operator.issueKey({ ...storage, saveKey: async () => "7" }, { companyEmail }), fault);
  const listKeys = async () => [{ ...storage.dump().keys[0], createdAt: null, lastUsedAt: null, companyId: 2 }];
  const foreign = { name: "HostFaultError", call: "list_keys", member: "keys.0.companyId", expected: "the one asked for" };
  await assert.rejects(all(operator.listKeys({ ...storage, listKeys }, { companyEmail })), foreign);
});

test("events are listed in parts, by what they are of, and old ones are deleted", async () => {
  const storage = await partner();
  const at = Date.now() - 1000;
  await operator.addUser(storage, { companyEmail, userEmail: "ann@partner.example", password: "one" });
  await operator.issueKey(storage, { companyEmail });
  const kinds = async (members) => (await all(operator.listEvents(storage, members))).map(({ kind }) => kind);
  assert.deepEqual(await kinds({ limit: 1 }), ["company_added", "key_issued", "user_added", "key_issued"]);
  assert.deepEqual(await kinds({ keyId: 2, since: at, kind: "key_issued" }), ["key_issued"]);
  assert.deepEqual(await kinds({ companyEmail, userEmail: "Ann@partner.example" }), ["user_added"]);
  assert.deepEqual(await kinds({ since: at + 100_000 }), []);
  const [{ userEmail, eventId }] = await all(operator.listEvents(storage, { kind: "user_added" }));
  assert.deepEqual([userEmail, eventId], ["ann@partner.example", 3]);
  await assert.rejects(all(operator.listEvents(storage, { userEmail: "ann@partner.example" })), { code: 4001 });
  assert.equal(await operator.purgeEvents(storage, { before: at }), 0);
  assert.equal(await operator.purgeEvents(storage, { before: at + 9000 }, { now: () => at + 9000 }), 5);
  assert.deepEqual(await kinds(), ["events_purged"]);
});
