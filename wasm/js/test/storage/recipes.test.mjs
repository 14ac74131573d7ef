// The README's recipes for drivers of the reader's, each under the storage kit.

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { fileURLToPath } from "node:url";
import { postgres, sqlStorage } from "ssokey/sql";
import { storageTests } from "ssokey/testing";
import { BUN, ENVIRONMENT as env, NODE_24 } from "../../runtimes/programs.mjs";
import { bundleWorker, workerIn } from "../../runtimes/workerd.mjs";
import { keepsTheContract } from "../contract.mjs";
import { eventsBy } from "../events.mjs";
import { keepsItsPromises } from "../executor.mjs";
import { executorTests } from "../executor-tests.mjs";
import { moduleOf, recipeOf } from "./recipe.mjs";

const HERE = fileURLToPath(new URL(".", import.meta.url));
const KIT = storageTests(() => {}).map(({ requirement, name }) => `${requirement}: ${name}`);
const NAMES = [...KIT, ...executorTests.map(({ name }) => name)];

/** Writes a module beside this file, where its imports are found; it goes when the tests end. */
function written(name, text) {
  const file = join(HERE, name);
  writeFileSync(file, text);
  after(() => rmSync(file));
  return file;
}

for (const [section, program] of [
  ["node:sqlite", NODE_24],
  ["bun:sqlite", BUN],
]) {
  const failures = ran(program, written(`recipe-${section.replace(":", "-")}.mjs`, moduleOf(section)));
  for (const name of NAMES) {
    test(`${section}: ${name}`, async () => {
      const outcomes = await failures;
      assert.ok(outcomes.has(name), "it did not run");
      assert.equal(outcomes.get(name), undefined);
    });
  }
}

/** Returns what each test printed of its failure. */
async function ran({ command, options }, file) {
  const child = spawn(command, [...options, join(HERE, "kit.mjs"), file], { env, stdio: ["ignore", "pipe", "pipe"] });
  let output = "";
  child.stdout.setEncoding("utf8").on("data", (text) => (output += text));
  child.stderr.resume();
  await once(child, "close");
  return new Map(
    output
      .split("\n")
      .filter((line) => line.startsWith("{"))
      .map((line) => JSON.parse(line))
      .map(({ name, failure }) => [name, failure]),
  );
}

// PGlite takes a second to open, so that all tests have one database, in which nothing is left when one begins.
const { open } = await import(written("recipe-pglite.mjs", moduleOf("PGlite", { name: "memory://" })));
const { executor, db } = await open();
after(() => db.close());

async function emptied() {
  await db.exec("DROP SCHEMA ssokey CASCADE");
  return { storage: await sqlStorage(executor, postgres), events: eventsBy(executor, postgres), executor, dialect: postgres };
}

keepsTheContract("PGlite", emptied);
keepsItsPromises("PGlite", emptied);

const outdir = mkdtempSync(join(tmpdir(), "ssokey-object-"));
written("recipe-object.mjs", `${recipeOf("Durable Objects")}\nexport { executorOver };\n`);
const { directory } = await bundleWorker(HERE, "object-worker.mjs", outdir);
const worker = workerIn(directory, {
  durableObjects: { KIT: { className: "Kit", useSQLite: true }, SSO: { className: "Sso", useSQLite: true } },
});
after(async () => {
  await worker.dispose();
  rmSync(outdir, { recursive: true });
});

for (const name of NAMES) {
  test(`Durable Objects: ${name}`, async () => {
    const response = await worker.dispatchFetch("http://worker.example/", { method: "POST", body: name });
    assert.equal(await response.text(), "passed");
  });
}

test("Durable Objects: the README's object answers", async () => {
  const response = await worker.dispatchFetch("http://worker.example/api/session");
  assert.equal((await response.json()).error.code, 4012);
});
