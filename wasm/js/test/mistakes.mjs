// Mistakes that are made over a right storage, whatever its database, and that the kit finds there.

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { storageTests } from "ssokey/testing";
import { mistakes } from "../dist/testing/broken.js";

/** True for the mistakes that a database may answer differently from memory: races, errors, references and lists. */
export const isOfDatabase = ({ breaks }) => !["STO-RECORD", "STO-LATE", "STO-ADMIT"].includes(breaks);

/**
 * Registers that the kit finds each mistake over the right storage that `open` gives. `lacks` names what the database does not do,
 * so that some mistakes do not show. `isTried` chooses among the mistakes, `concurrency` says how many are tried at once.
 */
export function findsTheMistakes(name, open, { lacks = [], isTried = () => true, concurrency = 16 } = {}) {
  describe(`mistakes over ${name}`, { concurrency }, () => {
    for (const { name: wrong, breaks, needs, methods } of mistakes.filter(isTried)) {
      if (lacks.includes(needs)) continue;
      test(`${name} that ${wrong} is failed for ${breaks}`, async () => {
        const openWrong = async () => {
          const opened = await open();
          return { ...opened, storage: { ...opened.storage, ...methods(opened.storage) } };
        };
        const failures = [];
        // Until one fails: what else does is the matter of the broken storages in memory.
        for (const { requirement, run } of storageTests(openWrong)) {
          if (requirement !== breaks || failures.length > 0) continue;
          await run().catch(({ message }) => failures.push(message));
        }
        assert.match(failures.join("\n"), new RegExp(`^${breaks}: `));
      });
    }
  });
}
