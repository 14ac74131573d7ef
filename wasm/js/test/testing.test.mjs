// The kit is tried on what it is for: each broken storage fails, and each test of the kit fails for one of them.

import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { describe, test } from "node:test";
import { memoryStorage } from "ssokey/memory";
import { ContractError, storageTests } from "ssokey/testing";
import { brokenStorages, losingStorages } from "../dist/testing/broken.js";
import { emailPairs } from "../dist/testing/pairs.js";

/** Broken in what other promises' tests look at, so that more than the one promise is seen to be broken. */
const WIDER = [
  "takes an e-mail in other case for another user",
  "lists the keys of every company",
  "keeps the keys of a company that is deleted",
  "keeps the domain of a company that is deleted taken",
  "deletes the token of a code's digest when the code is taken",
  "lists the users of every company",
  "finds a token of nobody",
  "takes a code of nobody",
  "cuts e-mails at 191 characters",
  "finds and then inserts a user",
  "fails where a user exists",
  "keeps a code's user and key as they were",
  "keeps a token's user and key as they were",
  "overwrites a code",
  "overwrites a token",
  "adds two companies of one e-mail",
  "keeps the first URL of a product",
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
  "overwrites a user who exists",
  "numbers users by reading the last number first",
  "forgets the key by which a user came",
  "begins a page with the company before it",
  "lists more keys than were asked for",
  "selects and then deletes a code",
  "leaves a code that was taken",
  "finds no token without a key",
  "fails to revoke a token that is not there",
  "finds a company by the domain of any e-mail",
  "tells of a key's company that it is enabled",
  "finds enabled keys only",
  "finds a key with another company",
  "revokes a key that is to be kept",
  "revokes a key and then stores the one in its place",
  "creates a user of a company that is not there",
  "answers `exists` to every error of a new user",
  "answers nothing to every error of a rotated key",
  "answers `done` to a token that could not be stored",
  "caches keys for good",
  "caches companies for good",
  "caches products for good",
  "keeps the time of a password to the second",
  "keeps the expiry of a token to the second",
  "sorts the products of a company",
  "lists 2 keys and no more",
  "sets a member that is null as well",
  "raises the version with what is set",
  "records no event without a company",
  "loses the fault of an event",
  "loses the event of a token",
  "reads records and then writes them back in saveToken",
  "reads records and then writes them back in saveCode",
  "reads records and then writes them back in rotateProduct",
  "reads the keys of a company and then deletes it with these",
  "stores the event of a token without its product",
  "lists no key that has expired",
  "keeps URLs as a parser writes them",
  "purges keys that are revoked",
  "purges what has not expired yet",
  "counts no row where a user's status stays the same",
];

/** Checks of so different calls at once that they fail for what is wrong in any of them, as well as in the meeting. */
const isOfAnyCall = ({ message }) =>
  /: (of .* at once none undoes|.* is deleted amidst changes|a key that .* at its use)/.test(message);

/** The calls that store an event with what they change. */
const WITH_EVENTS = [
  "createCompany",
  "createUser",
  "saveToken",
  "saveCode",
  "saveKey",
  "rotateKey",
  "setCompany",
  "setCompanyStatus",
  "setUser",
  "setUserStatus",
  "setUserManager",
  "setUserEmail",
  "disablePassword",
  "signOut",
  "endKey",
  "saveProduct",
  "rotateProduct",
  "deleteUser",
  "deleteCompany",
];

/** Checks of so many records, or of so long a time, that only their own broken storages are tried on them. */
const isSlow = ({ name }) => /1,001|^a purge |told when to come again/.test(name);

async function failuresOf(open, isTried = (check) => !isSlow(check)) {
  const outcomes = await Promise.allSettled(
    storageTests(open)
      .filter(isTried)
      .map(({ run }) => run()),
  );
  return outcomes.flatMap(({ reason }) => (reason === undefined ? [] : [reason]));
}

const seen = new Set();

// At once, since most of their time is waiting: for what has expired, and for what may be seen late.
describe("broken storages", { concurrency: 32 }, () => {
  for (const { name, breaks, open } of brokenStorages) {
    test(`a storage that ${name} is failed for ${breaks}`, async () => {
      const failures = await failuresOf(open, (check) => !isSlow(check) || check.requirement === breaks);
      for (const failure of failures) {
        assert.ok(failure instanceof ContractError);
        assert.ok(failure.message.startsWith(`${failure.requirement}: `), failure.message);
      }
      const own = failures.filter((failure) => failure.requirement === breaks || !isOfAnyCall(failure));
      const named = [...new Set(own.map(({ requirement }) => requirement))];
      if (WIDER.includes(name)) assert.ok(named.includes(breaks) && named.length > 1, `${named}`);
      else assert.deepEqual(named, [breaks], failures.map(({ message }) => message).join("\n"));
      for (const { message } of failures.filter(({ requirement }) => requirement === breaks)) seen.add(message.split(";")[0]);
    });
  }

  for (const { name, breaks, open } of losingStorages) {
    test(`a storage that ${name} is failed for ${breaks}`, async () => {
      const failures = await failuresOf(open, ({ requirement }) => requirement === breaks);
      assert.ok(failures.length > 0);
      for (const { message } of failures) assert.match(message, /: expected /);
    });
  }
});

test("each test of the kit is failed by a storage that breaks its promise", () => {
  const unseen = storageTests(() => {})
    .map(({ requirement, name }) => `${requirement}: ${name}`)
    .filter((it) => !seen.has(it));
  assert.deepEqual(unseen, []);
});

test("each promise of the contract has a test, or is named among those that tests cannot see", () => {
  const contract = readFileSync(new URL("../../../spec/storage.md", import.meta.url), "utf8");
  const [promises, unseen] = contract.split("## What tests cannot see");
  const promised = [...promises.matchAll(/^- \*\*(STO-[A-Z]+)\*\*/gm)].map(([, id]) => id);
  const tested = new Set(storageTests(() => {}).map(({ requirement }) => requirement));
  const untested = promised.filter((id) => !tested.has(id));
  assert.deepEqual(untested.sort(), ["STO-BEHALF", "STO-HASH"]);
  for (const id of untested) assert.ok(unseen.includes(id), id);
  for (const id of tested) assert.ok(promised.includes(id) || id === "SSO-TEN-001", id);
});

test("no two tests of the kit and no two broken storages have the same name", () => {
  for (const named of [storageTests(() => {}), [...brokenStorages, ...losingStorages]]) {
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

test("what a test found is told although `close` fails, and a failure of `open` or `close` alone by the test's name", async () => {
  const close = () => Promise.reject(new Error("pool already ended"));
  const findCompany = async () => null;
  const [{ run, name }] = storageTests(() => ({ storage: { ...memoryStorage(), findCompany }, close }));
  await assert.rejects(run(), {
    name: "ContractError",
    message: /; its domain: expected .*; `close` failed: Error: pool already ended$/,
  });
  const down = () => Promise.reject(new Error("down"));
  for (const [open, says] of [
    [() => ({ storage: memoryStorage(), close }), "`close` failed: Error: pool already ended"],
    [down, "`open` failed: Error: down"],
    [() => {}, "`open` must give an object with a `storage`, such as `{ storage: memoryStorage() }`"],
    [memoryStorage, "`open` must give an object with a `storage`, such as `{ storage: memoryStorage() }`"],
  ])
    await assert.rejects(storageTests(open)[0].run(), { name: "ContractError", message: `STO-FIND: ${name}; ${says}` });
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
  assert.match(failure.message, /^STO-FIND: .*"launchUrl":"the bigint 1"/);
});

test("where nobody can read the events, their promises are not tested", async () => {
  const { open } = brokenStorages.find(({ name }) => name === "loses the event of a token");
  assert.deepEqual(await failuresOf(() => ({ storage: open().storage })), []);
});

for (const member of ["reason", "at", "source", "companyId", "keyId", "userId", "product", "fault"]) {
  test(`events without their \`${member}\` are failed for STO-AUDIT`, async () => {
    const failures = await failuresOf(() => {
      const storage = memoryStorage();
      return { storage, events: () => storage.dump().events.map((event) => ({ ...event, [member]: null })) };
    });
    assert.ok(failures.some(({ requirement }) => requirement === "STO-AUDIT"));
  });
}

// The check of `a change whose event cannot be stored is not made`, by each call that has one.
for (const method of WITH_EVENTS) {
  const messageWhere = async (isTold) => {
    const open = () => {
      const storage = memoryStorage();
      const lost = new Set();
      const wrong = async (...call) => {
        const came = await storage[method](...call);
        if (call.at(-1)?.kind !== null) return came;
        lost.add(storage.dump().events.length - 1);
        if (isTold) throw new Error("not null constraint");
        return came;
      };
      const events = () => storage.dump().events.filter((_, index) => !lost.has(index));
      return { storage: { ...storage, [method]: wrong }, events };
    };
    const { run } = storageTests(open).find(({ name }) => name === "a change whose event cannot be stored is not made");
    return run().then(
      () => "nothing",
      ({ message }) => message,
    );
  };

  test(`a storage that stores the event of ${method} after the change, or loses it, is failed for STO-AUDIT`, async () => {
    const whole = method === "saveCode" ? "the code: expected none" : `what is stored when ${method} has failed: expected`;
    assert.match(await messageWhere(true), new RegExp(`; ${whole}`));
    assert.match(await messageWhere(false), new RegExp(`; the number of events after ${method}: expected`));
  });
}

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

test("a storage may throw at once for an event that it cannot keep", async () => {
  const failures = await failuresOf(() => {
    const storage = memoryStorage();
    const checked = WITH_EVENTS.map((method) => [
      method,
      (...call) => {
        if (call.at(-1)?.at === null) throw new TypeError("an event without a time");
        return storage[method](...call);
      },
    ]);
    return { storage: { ...storage, ...Object.fromEntries(checked) } };
  });
  assert.deepEqual(failures, []);
});

test("a storage that is not empty is refused, and each is closed once", async () => {
  const storage = memoryStorage();
  let closed = 0;
  const close = () => {
    closed += 1;
  };
  const failures = await failuresOf(
    () => ({ storage, close }),
    () => true,
  );
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

test("the pairs of e-mails are those of the specification that name different users", () => {
  const emails = JSON.parse(readFileSync(new URL("../../../spec/emails.json", import.meta.url), "utf8"));
  const different = emails.filter(({ expect }) => expect === "different");
  const name = (length) => "n".repeat(length);
  const pairs = different.map(({ one, other, length = 24 }) =>
    [one, other].map((email) => email.toLowerCase().replaceAll("#", name(length))),
  );
  assert.deepEqual(emailPairs(name), pairs);
});
