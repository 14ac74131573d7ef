// Races of several connections to one real database, and storages that lose them.

import assert from "node:assert/strict";
import { test } from "node:test";
import { storageTests } from "ssokey/testing";
import { statementsIn } from "../dist/sql/statement.js";
import { USERS } from "../dist/sql/table.js";
import { firstUserValues } from "../dist/storage/new-record.js";
import { createCompany, given, newUser, partner, saveCode } from "./contract.mjs";

/**
 * Registers races through several connections for the storage called `name`. `open` gives `storages` over one empty
 * database, each with a connection of its own.
 */
export function racesHaveOneWinner(name, open) {
  const raced = (sentence, body) =>
    test(`${name}, through several connections: ${sentence}`, async (context) => {
      const storages = await open(context);
      const [storage] = storages;
      const { id: companyId } = await createCompany(storage, partner);
      const race = (call) =>
        Promise.all(Array.from({ length: 64 }, (_, index) => call(storages[index % storages.length], index)));
      await body({ storage, companyId, race });
    });

  raced("of 64 creates exactly one creates", async ({ storage, companyId, race }) => {
    const outcomes = await race((one, index) => one.createUser({ ...newUser(companyId), passwordHash: `$${index}` }, null));
    const created = outcomes.filter((outcome) => outcome !== "exists");
    assert.deepEqual(created, await storage.listUsers(companyId, 0, 64));
    assert.equal(created.length, 1);
  });

  raced("of 64 swaps of one version exactly one wins", async ({ storage, companyId, race }) => {
    const { user, swap } = await given(storage, companyId);
    const outcomes = await race((one, index) => one.replacePassword({ ...swap, passwordHash: `$${index}` }));
    const winner = outcomes.indexOf(2);
    assert.deepEqual(
      outcomes.filter((outcome) => outcome !== "stale"),
      [2],
    );
    assert.equal((await storage.findUser(companyId, user.email)).passwordHash, `$${winner}`);
  });

  raced("of 64 takers of a code exactly one gets it", async ({ storage, companyId, race }) => {
    const { code } = await given(storage, companyId);
    await saveCode(storage, code);
    const taken = (await race((one) => one.takeCode(code.digest))).filter((outcome) => outcome != null);
    assert.deepEqual(
      taken.map((one) => one.code),
      [code],
    );
  });
}

// What is wrong in these is seen without any pause between the statements.
const WRONG = [
  {
    requirement: "STO-CREATE",
    name: "finds and then inserts a user",
    methods: ({ storage, executor, dialect }) => ({
      async createUser(user) {
        const { companyId, email } = user;
        if ((await storage.findUser(companyId, email)) !== undefined) return "exists";
        const { sql, values } = statementsIn(dialect).insert(USERS, firstUserValues(user));
        await executor.change(sql, values);
        return storage.findUser(companyId, email);
      },
    }),
  },
  {
    requirement: "STO-SWAP",
    name: "reads the version and then swaps",
    methods: ({ executor, dialect }) => ({
      async replacePassword({ companyId, userId, expectedVersion, passwordHash, issuedAt, passwordKeyId }) {
        const { statement, tables } = statementsIn(dialect);
        const condition = "company_id = ? AND id = ? AND credential_version = ?";
        const found = statement(`SELECT 1 FROM ${tables.users} WHERE ${condition}`, [companyId, userId, expectedVersion]);
        if ((await executor.query(found.sql, found.values)).length === 0) return "stale";
        const { sql, values } = statement(
          `UPDATE ${tables.users} SET password_hash = ?, issued_at = ?, password_key_id = ?,
             credential_version = credential_version + 1 WHERE id = ?`,
          [passwordHash, issuedAt, passwordKeyId, userId],
        );
        await executor.change(sql, values);
        return expectedVersion + 1;
      },
    }),
  },
  {
    requirement: "STO-TAKE",
    name: "selects and then deletes a code",
    methods: ({ storage, executor, dialect }) => ({
      async takeCode(digest) {
        const { statement, tables } = statementsIn(dialect);
        const { sql, values } = statement(`SELECT digest FROM ${tables.codes} WHERE digest = ?`, [digest]);
        if ((await executor.query(sql, values)).length === 0) return undefined;
        return (await storage.takeCode(digest)) ?? { code: { digest }, holder: {} };
      },
    }),
  },
];

/**
 * Registers, for the database called `name`, that the kit's races find a wrong storage. `open` gives a sound `storage`
 * over an empty one, the `executor` and the `dialect` of it, and how to `close` all.
 */
export function racesFindTheWrong(name, open) {
  for (const { requirement, name: wrong, methods } of WRONG) {
    test(`on ${name} a storage that ${wrong} is failed for ${requirement}`, async () => {
      const openWrong = async () => {
        const opened = await open(wrong);
        return { storage: { ...opened.storage, ...methods(opened) }, close: opened.close };
      };
      const races = storageTests(openWrong).filter((it) => it.requirement === requirement && it.name.startsWith("of 64 "));
      const failures = [];
      // One by one: a database may be the only one.
      for (const { run } of races) await run().catch(({ message }) => failures.push(message));
      assert.match(failures.join("\n"), new RegExp(`^${requirement}: of 64 .*(expected|calls failed)`));
    });
  }
}
