// For a runtime that is a process: runs the storage kit and the executor's promises over the recipe in the module that the
// argument names. Prints each test with its failure, if any, as a line of JSON.

import { sqlite } from "ssokey/sql";
import { storageTests } from "ssokey/testing";
import { eventsBy } from "../events.mjs";
import { executorTests } from "../executor-tests.mjs";

const { open } = await import(process.argv[2]);
const close = (opened) => opened.db.close();
const tests = [
  ...storageTests(async () => {
    const opened = await open();
    return { storage: opened.storage, events: eventsBy(opened.executor, sqlite), close: () => close(opened) };
  }).map(({ requirement, name, run }) => ({ name: `${requirement}: ${name}`, run })),
  ...executorTests.map(({ name, run }) => ({
    name,
    async run() {
      const opened = await open();
      await run({ executor: opened.executor, dialect: sqlite });
      close(opened);
    },
  })),
];
for (const { name, run } of tests) {
  const failure = await run().then(
    () => undefined,
    (error) => String(error?.stack ?? error),
  );
  console.log(JSON.stringify({ name, failure }));
}
