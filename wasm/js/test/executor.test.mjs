// What an executor of one's own may get wrong.

import assert from "node:assert/strict";
import { test } from "node:test";
import { sqlite, sqlStorage } from "ssokey/sql";
import { Connection } from "../dist/sql/sqlite/libsql.js";
import { createCompany, partner } from "./contract.mjs";
import { temporaryFile, urlOf } from "./database.mjs";

for (const [title, counted] of [
  ["a bigint", BigInt],
  ["a text", String],
  ["nothing", () => undefined],
  ["null", () => null],
  ["an object", (count) => ({ rowCount: count })],
  ["less than 0", () => -1],
])
  test(`a count of rows that is ${title} is refused by each write that counts`, async (context) => {
    const db = await Connection.open({ url: urlOf(temporaryFile(context)) });
    context.after(() => db.close());
    let isRight = true;
    const executor = {
      query: (...statement) => db.query(...statement),
      change: async (...statement) => {
        const count = await db.change(...statement);
        return isRight ? count : counted(count);
      },
      transaction: async (statements) => {
        const counts = await db.transaction(statements);
        return isRight ? counts : counts.map(counted);
      },
    };
    const storage = await sqlStorage(executor, sqlite);
    const { id: companyId } = await createCompany(storage, partner);
    isRight = false;
    const swap = { companyId, userId: 1, expectedVersion: 999, passwordHash: "$", issuedAt: null, passwordKeyId: null };
    const event = (kind) => ({
      kind,
      reason: null,
      at: 1,
      source: null,
      companyId,
      keyId: 1,
      userId: 1,
      product: null,
      fault: null,
    });
    for (const write of [
      () => storage.replacePassword(swap),
      () => storage.rehashPassword(swap),
      () => storage.setKeyStatus(companyId, 7, "disabled", event("key_status_set")),
      () => storage.deleteCompany(companyId + 1, event("company_deleted")),
      () => storage.admit({ purpose: "direct", source: "192.0.2.1", subject: "a" }, { attempts: 1, window: 60_000 }),
    ])
      await assert.rejects(write(), {
        name: "TypeError",
        message: /the executor must give the number of changed rows as an integer/,
      });
  });
