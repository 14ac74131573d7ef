// The kit is tried on what it is for: each broken storage fails, and each test of the kit fails for one of them.

import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { test } from "node:test";
import { memoryStorage } from "ssokey/memory";
import { ContractError, storageTests } from "ssokey/testing";
import { brokenStorages } from "../dist/testing/broken.js";

/** Broken in what other promises' tests look at, so that more than the one promise is seen to be broken. */
const WIDER = [
  "finds and then inserts a user",
  "fails where a user exists",
  "keeps a code's user and key as they were",
  "keeps a token's user and key as they were",
  "overwrites a code",
  "overwrites a token",
  "adds two companies of one e-mail",
  "keeps the first product of a name",
  "gives times back as text",
  "reads users from a lagging replica",
  "hands out what it keeps",
  "swaps without comparing the version",
  "raises the version when it rehashes",
  "keeps the old time where the new one is null",
  "disables a user without raising the version",
  "answers before it has saved a token",
  "stores a key of no company",
  "lists the latest key first",
];

async function failuresOf(open) {
  const outcomes = await Promise.allSettled(storageTests(open).map(({ run }) => run()));
  return outcomes.flatMap(({ reason }) => (reason === undefined ? [] : [reason]));
}

const seen = new Set();

for (const { name, breaks, open } of brokenStorages) {
  test(`a storage that ${name} is failed for ${breaks}`, async () => {
    const failures = await failuresOf(open);
    for (const failure of failures) {
      assert.ok(failure instanceof ContractError);
      assert.ok(failure.message.startsWith(`${failure.requirement}: `), failure.message);
    }
    const named = [...new Set(failures.map(({ requirement }) => requirement))];
    if (WIDER.includes(name)) assert.ok(named.includes(breaks) && named.length > 1, `${named}`);
    else assert.deepEqual(named, [breaks]);
    for (const { message } of failures.filter(({ requirement }) => requirement === breaks)) seen.add(message.split(";")[0]);
  });
}

test("each test of the kit is failed by a storage that breaks its promise", () => {
  const unseen = storageTests(() => {})
    .map(({ requirement, name }) => `${requirement}: ${name}`)
    .filter((it) => !seen.has(it));
  assert.deepEqual(unseen, []);
});

test("no two tests of the kit and no two broken storages have the same name", () => {
  for (const named of [storageTests(() => {}), brokenStorages]) {
    assert.equal(new Set(named.map(({ name }) => name)).size, named.length);
  }
});

test("a failure says what was expected and what came", async () => {
  const { open } = brokenStorages.find(({ name }) => name === "selects and then deletes a code");
  const [{ message }] = await failuresOf(open);
  assert.match(message, /^STO-TAKE: of 64 takers .*; what is taken: expected \[\{"digest":"d+",.*\], came \[\{.*\},\{.*\]$/);
});

test("a call that fails is told with its cause", async () => {
  const cause = new Error("out of order");
  const open = () => ({ storage: { ...memoryStorage(), revokeToken: async () => Promise.reject(cause) } });
  const failure = (await failuresOf(open)).find(({ message }) => message.startsWith("STO-REVOKE: a revoked token"));
  assert.match(failure.message, /; a call failed: Error: out of order$/);
  assert.equal(failure.cause, cause);
});

test("further members of a record are no failure, a big integer for an integer is one", async () => {
  const failuresWhere = (change) =>
    failuresOf(() => {
      const storage = memoryStorage();
      const findProduct = async (name) => {
        const product = await storage.findProduct(name);
        return product && { ...product, ...change };
      };
      return { storage: { ...storage, findProduct } };
    });
  assert.deepEqual(await failuresWhere({ createdAt: 1 }), []);
  const [failure] = await failuresWhere({ launchUrl: 1n });
  assert.match(failure.message, /^find_product: .*"launchUrl":"the bigint 1"/);
});

test("where nobody can read the events, their promises are not tested", async () => {
  const { open } = brokenStorages.find(({ name }) => name === "loses the event of a token");
  assert.deepEqual(await failuresOf(() => ({ storage: open().storage })), []);
});

test("a record that is absent may be `null`", async () => {
  const absent = (storage, names) =>
    Object.fromEntries(names.map((name) => [name, async (...call) => (await storage[name](...call)) ?? null]));
  const names = ["findKey", "findUser", "findCompany", "findProduct", "findToken", "takeCode", "findCompanyByEmail", "rotateKey"];
  const failures = await failuresOf(() => {
    const storage = memoryStorage();
    return { storage: { ...storage, ...absent(storage, names), admit: async () => null } };
  });
  assert.deepEqual(failures, []);
});

test("a storage without `audit` keeps the contract, and the events of its writes are asked for", async () => {
  const failures = await failuresOf(() => {
    const { audit: _, ...storage } = memoryStorage();
    return { storage, events: () => storage.dump().events };
  });
  assert.deepEqual(failures, []);
});

test("a storage that is not empty is refused, and each is closed once", async () => {
  const storage = memoryStorage();
  let closed = 0;
  const close = () => {
    closed += 1;
  };
  const failures = await failuresOf(() => ({ storage, close }));
  const { length } = storageTests(() => {});
  assert.equal(closed, length);
  assert.ok(failures.length >= length - 1);
  assert.match(failures.at(-1).message, /not empty/);
});

test("the kit asks for no test runner and nothing of Node", () => {
  const folder = new URL("../dist/testing/", import.meta.url);
  const files = readdirSync(folder, { recursive: true }).filter((name) => name.endsWith(".js"));
  for (const name of files) {
    const imports = [...readFileSync(new URL(name, folder), "utf8").matchAll(/from "(.*?)"/g)].map(([, from]) => from);
    assert.ok(
      imports.every((from) => from.startsWith(".")),
      `${name}: ${imports}`,
    );
  }
});
