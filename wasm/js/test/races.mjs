// Races of several connections to one real database, and storages that lose them.

import assert from "node:assert/strict";
import { test } from "node:test";
import { storageTests } from "ssokey/testing";
import { given, newUser, partner } from "./contract.mjs";

/**
 * Registers races through several connections for the storage called `name`. `open` gives `storages` over one empty
 * database, each with a connection of its own.
 */
export function racesHaveOneWinner(name, open) {
  const raced = (sentence, body) =>
    test(`${name}, through several connections: ${sentence}`, async (context) => {
      const storages = await open(context);
      const [storage] = storages;
      const { id: companyId } = await storage.saveCompany(partner);
      const race = (call) => Promise.all(Array.from({ length: 64 }, (_, index) => call(storages[index % storages.length], index)));
      await body({ storage, companyId, race });
    });

  raced("of 64 creates exactly one creates", async ({ storage, companyId, race }) => {
    const outcomes = await race((one, index) => one.createUser({ ...newUser(companyId), passwordHash: `$${index}` }));
    const created = outcomes.filter((outcome) => outcome !== "exists");
    assert.deepEqual(created, await storage.listUsers(companyId, 0, 64));
    assert.equal(created.length, 1);
  });

  raced("of 64 swaps of one version exactly one wins", async ({ storage, companyId, race }) => {
    const { user } = await given(storage, companyId);
    const swap = { companyId, userId: user.id, expectedVersion: 1, issuedAt: null };
    const outcomes = await race((one, index) => one.replacePassword({ ...swap, passwordHash: `$${index}` }));
    const winner = outcomes.findIndex((outcome) => outcome === 2);
    assert.deepEqual(outcomes.filter((outcome) => outcome !== "stale"), [2]);
    assert.equal((await storage.findUser(companyId, user.email)).passwordHash, `$${winner}`);
  });

  raced("of 64 takers of a code exactly one gets it", async ({ storage, companyId, race }) => {
    const { code } = await given(storage, companyId);
    await storage.saveCode(code);
    const taken = (await race((one) => one.takeCode(code.digest))).filter((outcome) => outcome !== undefined);
    assert.deepEqual(taken.map((one) => one.code), [code]);
  });
}

// What is wrong in these is seen without any pause between the statements. `run` sends one and gives its rows.
const WRONG = [
  {
    requirement: "STO-CREATE",
    name: "finds and then inserts a user",
    methods: (sound, run) => ({
      async createUser({ companyId, email, passwordHash, issuedAt }) {
        if ((await sound.findUser(companyId, email)) !== undefined) return "exists";
        await run(
          `INSERT INTO users (company_id, email, login_id, display_name, password_hash, issued_at)
           VALUES (?1, ?2, ?2, ?2, ?3, ?4)`,
          [companyId, email, passwordHash, issuedAt],
        );
        return sound.findUser(companyId, email);
      },
    }),
  },
  {
    requirement: "STO-SWAP",
    name: "reads the version and then swaps",
    methods: (sound, run) => ({
      async replacePassword({ companyId, userId, expectedVersion, passwordHash, issuedAt }) {
        const sql = "SELECT 1 FROM users WHERE company_id = ?1 AND id = ?2 AND credential_version = ?3";
        if ((await run(sql, [companyId, userId, expectedVersion])).length === 0) return "stale";
        const [{ credential_version: version }] = await run(
          `UPDATE users SET password_hash = ?1, issued_at = ?2, credential_version = credential_version + 1
           WHERE id = ?3 RETURNING credential_version`,
          [passwordHash, issuedAt, userId],
        );
        return Number(version);
      },
    }),
  },
  {
    requirement: "STO-TAKE",
    name: "selects and then deletes a code",
    methods: (sound, run) => ({
      async takeCode(digest) {
        if ((await run("SELECT digest FROM codes WHERE digest = ?1", [digest])).length === 0) return undefined;
        return (await sound.takeCode(digest)) ?? { code: { digest }, holder: {} };
      },
    }),
  },
];

/**
 * Registers, for the database called `name`, that the kit's races find a wrong storage. `open` gives a sound `storage`
 * over an empty one, how to `run` a statement past it, and how to `close` both.
 */
export function racesFindTheWrong(name, open) {
  for (const { requirement, name: wrong, methods } of WRONG) {
    test(`on ${name} a storage that ${wrong} is failed for ${requirement}`, async () => {
      const openWrong = async () => {
        const { storage, run, close } = await open(wrong);
        return { storage: { ...storage, ...methods(storage, run) }, close };
      };
      const races = storageTests(openWrong).filter((it) => it.requirement === requirement && it.name.startsWith("of 64 "));
      const failures = [];
      // One by one: a database may be the only one.
      for (const { run } of races) await run().catch(({ message }) => failures.push(message));
      assert.match(failures.join("\n"), new RegExp(`^${requirement}: of 64 .*(expected|calls failed)`));
    });
  }
}
