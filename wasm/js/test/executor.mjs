// The promises that the one SQL storage relies on, run by `node:test`.

import { test } from "node:test";
import { executorTests } from "./executor-tests.mjs";

/** Registers the tests for the driver called `driver`. `open` gives an `executor` over empty tables, and its `dialect`. */
export function keepsItsPromises(driver, open) {
  for (const { name, run } of executorTests) test(`${driver}: ${name}`, async (context) => run(await open(context)));
}
