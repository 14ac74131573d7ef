// A Worker that runs one test of the storage kit, or makes one call of a storage, over one of its D1 bindings.

import { d1Storage, migrateD1 } from "ssokey/d1";
import { storageTests } from "ssokey/testing";
import { executorOver } from "../../dist/sql/d1.js";
import { sqlite } from "../../dist/sql/sqlite/dialect.js";
import { eventsBy } from "../events.mjs";

export default {
  async fetch(request, env) {
    const { database, test, method, args } = await request.json();
    const binding = env[database];
    return Response.json(await (test === undefined ? outcomeOf(binding, method, args) : failureOf(binding, test)));
  },
};

/** Returns the reason for which the test of that name failed; nothing if it passed. */
async function failureOf(binding, test) {
  const open = async () => {
    await migrateD1(binding);
    return { storage: await d1Storage(binding), events: eventsBy(executorOver(binding), sqlite) };
  };
  const { run } = storageTests(open).find(({ requirement, name }) => `${requirement}: ${name}` === test);
  return run().then(
    () => ({}),
    (error) => ({ failure: String(error) }),
  );
}

async function outcomeOf(binding, method, args) {
  const storage = await d1Storage(binding);
  return { outcome: await storage[method](...args) };
}
