// What migrations promise, for each database that has them.

import assert from "node:assert/strict";
import { test } from "node:test";
import { migrate, MigrationError, settle } from "../dist/sql/migration.js";
import { partner } from "./contract.mjs";

/**
 * Registers the tests for the storage called `name`. `open` gives an empty `database`, the `migrations` of it, and, as
 * whoever installs the package calls them, `storage` and `migrated`.
 */
export function migratesByName(name, open) {
  const title = (sentence) => `${name}: ${sentence}`;

  test(title("of eight that migrate an empty database at once, each migration is applied by one"), async (context) => {
    const { database, migrations, migrated, storage } = await open(context);
    assert.deepEqual(await migrated({ dryRun: true }), namesOf(migrations));
    assert.deepEqual(await database.applied(), []);
    const applied = await Promise.all(Array.from({ length: 8 }, () => migrated()));
    assert.deepEqual(applied.flat(), namesOf(migrations));
    assert.deepEqual(await database.applied(), namesOf(migrations));
    assert.deepEqual(await migrated(), []);
    assert.equal((await (await storage()).saveCompany(partner)).name, partner.name);
  });

  test(title("a database that lacks a migration is refused and left as it is until that is applied"), async (context) => {
    const { database, migrations, migrated, storage } = await open(context);
    const [last, ...earlier] = [...migrations].reverse();
    await migrate(database, earlier.reverse());
    await assert.rejects(storage(), (error) => {
      assert.ok(error instanceof MigrationError);
      assert.deepEqual([error.reason, error.migrations], ["missing", [last.name]]);
      assert.match(error.message, new RegExp(`lacks migrations \\(${last.name}\\); .*\`ssokey migrate `));
      return true;
    });
    assert.deepEqual(await database.applied(), namesOf(earlier));
    assert.deepEqual(await migrated({ dryRun: true }), [last.name]);
    assert.deepEqual(await migrated(), [last.name]);
    assert.equal((await (await storage()).saveCompany(partner)).name, partner.name);
  });

  test(title("a further migration changes a table in use and keeps its rows"), async (context) => {
    const { database, migrations, migrated, storage, companies } = await open(context);
    await migrated();
    const before = await storage();
    const company = await before.saveCompany(partner);
    const next = { name: "9999_notes", sql: `\nALTER TABLE ${companies} ADD COLUMN note TEXT DEFAULT 'new';\n` };
    await assert.rejects(settle(database, [...migrations, next]), { reason: "missing", migrations: [next.name] });
    assert.deepEqual(await migrate(database, [...migrations, next]), [next.name]);
    assert.deepEqual(await before.findCompany(partner.domain), company);
  });

  test(title("a database of a newer version is neither opened nor migrated"), async (context) => {
    const { database, migrations, migrated, storage } = await open(context);
    await migrate(database, [...migrations, { name: "9999_newer", sql: "" }]);
    const refusal = { name: "MigrationError", reason: "unknown", migrations: ["9999_newer"], message: /newer version/ };
    await assert.rejects(storage(), refusal);
    await assert.rejects(migrated(), refusal);
  });

  test(title("a migration that fails leaves nothing of itself or of those before it"), async (context) => {
    const { database, migrations } = await open(context);
    const failing = { name: "9999_failing", sql: "\nSELECT 1;\nSELECT * FROM nowhere;\n" };
    await assert.rejects(migrate(database, [...migrations, failing]), /nowhere/);
    assert.deepEqual(await database.applied(), []);
    assert.deepEqual(await migrate(database, migrations), namesOf(migrations));
  });

  test(title("migrations are named by number, in order"), async (context) => {
    const { migrations } = await open(context);
    for (const [index, migration] of namesOf(migrations).entries()) {
      assert.match(migration, new RegExp(`^${String(index + 1).padStart(4, "0")}_[a-z]+$`));
    }
  });
}

const namesOf = (migrations) => migrations.map(({ name }) => name);
