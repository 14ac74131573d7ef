// What the one SQL storage relies on, for each driver.

import assert from "node:assert/strict";
import { test } from "node:test";
import { statementsIn } from "../dist/sql/statement.js";
import { EVENTS, PRODUCTS } from "../dist/sql/table.js";

const event = (at) => ({ kind: "hash_unreadable", at, source: null, companyId: null, keyId: null, userId: null });
const product = { name: "email", launchUrl: "https://mail.example/", secretDigest: "0".repeat(64) };

/** Registers the tests for the driver called `name`. `open` gives an `executor` over empty tables, and its `dialect`. */
export function keepsItsPromises(name, open) {
  const tried = (sentence, body) =>
    test(`${name}: ${sentence}`, async (context) => {
      const { executor, dialect } = await open(context);
      const { insert, statement, tables } = statementsIn(dialect);
      const change = ({ sql, values }) => executor.change(sql, values);
      const times = async () => {
        const { sql, values } = statement(`SELECT at FROM ${tables.events} WHERE at > ? ORDER BY at`, [0]);
        return (await executor.query(sql, values)).map(({ at }) => Number(at));
      };
      await body({ executor, insert, statement, tables, change, times });
    });

  tried("a change counts the rows that it finds, also those whose values stay equal", async ({ insert, statement, tables, change }) => {
    assert.equal(await change(insert(PRODUCTS, product)), 1);
    const setUrl = (url, name) => change(statement(`UPDATE ${tables.products} SET launch_url = ? WHERE name = ?`, [url, name]));
    assert.equal(await setUrl(product.launchUrl, "email"), 1);
    assert.equal(await setUrl(product.launchUrl, "remote"), 0);
  });

  tried("a transaction runs all of its statements, and counts what each changed", async ({ executor, insert, statement, tables, times }) => {
    const inserts = [1, 2, 3].map((at) => insert(EVENTS, event(at)));
    assert.deepEqual(await executor.transaction(inserts), [1, 1, 1]);
    const changed = await executor.transaction([
      statement(`DELETE FROM ${tables.events} WHERE at > ?`, [1]),
      insert(PRODUCTS, product),
      statement(`DELETE FROM ${tables.codes} WHERE expires_at <= ?`, [1]),
    ]);
    assert.deepEqual(changed, [2, 1, 0]);
    assert.deepEqual(await times(), [1]);
  });

  tried("a transaction that fails leaves nothing, and the next one is sound", async ({ executor, insert, times }) => {
    const broken = [insert(EVENTS, event(1)), insert(PRODUCTS, product), insert(PRODUCTS, product)];
    await assert.rejects(async () => executor.transaction(broken));
    assert.deepEqual(await times(), []);
    assert.deepEqual(await executor.transaction([insert(EVENTS, event(2)), insert(PRODUCTS, product)]), [1, 1]);
    assert.deepEqual(await times(), [2]);
  });
}
