// A Worker that runs one test of the storage kit, or one call of a storage, over its D1 bindings.

import { d1Storage, migrateD1 } from "ssokey/d1";
import { storageTests } from "ssokey/testing";

export default {
  async fetch(request, env) {
    const { database, test, calls } = await request.json();
    const open = async () => {
      await migrateD1(env[database]);
      return { storage: await d1Storage(env[database]) };
    };
    return Response.json(await (test === undefined ? outcomesOf(await open(), calls) : failureOf(test, open)));
  },
};

/** Why the test of that name failed; `null` if it passed. */
async function failureOf(test, open) {
  const [{ run }] = storageTests(open).filter(({ requirement, name }) => `${requirement}: ${name}` === test);
  return run().then(
    () => null,
    (error) => String(error),
  );
}

/** What the calls, all made at once, return. */
async function outcomesOf({ storage }, calls) {
  const outcomes = await Promise.all(calls.map(([method, ...args]) => storage[method](...args)));
  return outcomes.map((outcome) => outcome ?? null);
}
