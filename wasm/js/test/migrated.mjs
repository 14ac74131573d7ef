// The promises of migrations, for each database that has them.

import assert from "node:assert/strict";
import { test } from "node:test";
import { appliedTo, MigrationError, migrate, migrateEmpty } from "../dist/sql/migration.js";
import { createCompany, partner } from "./contract.mjs";

/**
 * Registers the tests for the storage called `name`. `open` gives an empty `database`, and, as whoever installs the package
 * calls them, `storage` and `migrated`. A database that `undoes` nothing keeps what a migration did before it failed.
 */
export function migratesByName(name, open, { undoes = true } = {}) {
  const title = (sentence) => `${name}: ${sentence}`;

  test(title("of eight that migrate an empty database at once, each migration is applied by one"), async (context) => {
    const { database, migrated, storage } = await open(context);
    const { migrations } = database;
    assert.deepEqual(await migrated({ dryRun: true }), namesOf(migrations));
    assert.deepEqual(await appliedTo(database), []);
    const applied = await Promise.all(Array.from({ length: 8 }, () => migrated()));
    assert.deepEqual(applied.flat(), namesOf(migrations));
    assert.deepEqual(await appliedTo(database), namesOf(migrations));
    assert.deepEqual(await migrated(), []);
    assert.equal((await createCompany(await storage(), partner)).name, partner.name);
  });

  test(title("a database that lacks a migration is refused and left as it is until that is applied"), async (context) => {
    const { database, migrated, storage } = await open(context);
    const [last, ...earlier] = [...database.migrations].reverse();
    await migrate({ ...database, migrations: earlier.reverse() });
    await assert.rejects(storage(), (error) => {
      assert.ok(error instanceof MigrationError);
      assert.deepEqual([error.reason, error.migrations], ["missing", [last.name]]);
      assert.match(error.message, new RegExp(`lacks migrations \\(${last.name}\\); .*\`ssokey migrate `));
      return true;
    });
    assert.deepEqual(await appliedTo(database), namesOf(earlier));
    assert.deepEqual(await migrated({ dryRun: true }), [last.name]);
    assert.deepEqual(await migrated(), [last.name]);
    assert.equal((await createCompany(await storage(), partner)).name, partner.name);
  });

  test(title("a further migration changes a table in use and keeps its rows"), async (context) => {
    const { database, migrated, storage } = await open(context);
    await migrated();
    const before = await storage();
    const company = await createCompany(before, partner);
    const companies = database.dialect.table("companies");
    const next = { name: "9999_notes", statements: [`ALTER TABLE ${companies} ADD COLUMN note TEXT DEFAULT 'new'`] };
    await assert.rejects(migrateEmpty(followed(database, next)), { reason: "missing", migrations: [next.name] });
    assert.deepEqual(await migrate(followed(database, next)), [next.name]);
    assert.deepEqual(await before.findCompany(partner.domain), company);
  });

  // proves: SSO-RULE-010
  test(title("a company from before the list of domains has an empty one, and is given one"), async (context) => {
    const { database, migrated, storage } = await open(context);
    const { db, dialect, migrations } = database;
    const earlier = migrations.slice(
      0,
      migrations.findIndex(({ name }) => name === "0007_domains"),
    );
    await migrate({ ...database, migrations: earlier });
    const columns = "name, domain, email, products, account_type, domain_ownership_verified, domain_mx_verified, status";
    const values = "'Old Ltd', 'old.example', 'it@old.example', '[\"email\"]', 'FREE', TRUE, FALSE, 'enabled'";
    await db.change(`INSERT INTO ${dialect.table("companies")} (${columns}) VALUES (${values})`, []);
    await migrated();
    const opened = await storage();
    const old = await opened.findCompany("old.example");
    assert.deepEqual([old.products, old.emailDomains, old.domainOwnershipVerified], [["email"], [], true]);
    assert.equal(await setEmailDomains(opened, old.id, ["b.example", "a.example"]), true);
    assert.deepEqual(await opened.findCompany("old.example"), { ...old, emailDomains: ["b.example", "a.example"] });
  });

  test(title("a database of a newer version is neither opened nor migrated"), async (context) => {
    const { database, migrated, storage } = await open(context);
    await migrate(followed(database, { name: "9999_newer", statements: [] }));
    const refusal = { name: "MigrationError", reason: "unknown", migrations: ["9999_newer"], message: /newer version/ };
    await assert.rejects(storage(), refusal);
    await assert.rejects(migrated(), refusal);
  });

  const failing = { name: "9999_failing", statements: ["SELECT 1", "SELECT * FROM nowhere"] };

  if (undoes)
    test(title("a migration that fails leaves nothing of itself or of those before it"), async (context) => {
      const { database } = await open(context);
      await assert.rejects(migrate(followed(database, failing)), /nowhere/);
      assert.deepEqual(await appliedTo(database), []);
      assert.deepEqual(await migrate(database), namesOf(database.migrations));
    });
  else
    test(title("a migration that broke off is completed by the next attempt, statement by statement"), async (context) => {
      const { database } = await open(context);
      for (const [index, { name, statements }] of database.migrations.entries()) {
        const earlier = database.migrations.slice(0, index);
        for (const length of statements.keys()) {
          const broken = { name, statements: [...statements.slice(0, length), ...failing.statements] };
          await assert.rejects(migrate({ ...database, migrations: [...earlier, broken] }), /nowhere/);
          assert.deepEqual(await appliedTo(database), namesOf(earlier));
        }
        assert.deepEqual(await migrate({ ...database, migrations: database.migrations.slice(0, index + 1) }), [name]);
      }
    });

  test(title("migrations are named by number, in order"), async (context) => {
    const { migrations } = (await open(context)).database;
    for (const [index, migration] of namesOf(migrations).entries()) {
      assert.match(migration, new RegExp(`^${String(index + 1).padStart(4, "0")}_[a-z]+$`));
    }
  });
}

const setEmailDomains = (storage, companyId, emailDomains) => {
  const members = { name: null, emailDomains, accountType: null, domainOwnershipVerified: null, domainMxVerified: null };
  return storage.setCompany(companyId, members, { ...event, companyId });
};

const event = { kind: "company_set", reason: null, at: 1, source: null, keyId: null, userId: null, product: null, fault: null };
const followed = (database, next) => ({ ...database, migrations: [...database.migrations, next] });
const namesOf = (migrations) => migrations.map(({ name }) => name);
