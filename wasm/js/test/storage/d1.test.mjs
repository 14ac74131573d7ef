import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { fileURLToPath } from "node:url";
import { storageTests } from "ssokey/testing";
import { bundleWorker, workerIn } from "../../runtimes/workerd.mjs";

const TESTS = storageTests(() => {}).map(({ requirement, name }) => `${requirement}: ${name}`);
const databases = TESTS.map((_, index) => `KIT${index}`);

const outdir = mkdtempSync(join(tmpdir(), "ssokey-d1-"));
const here = fileURLToPath(new URL(".", import.meta.url));
await bundleWorker(here, "d1-worker.mjs", outdir);
const worker = workerIn(outdir, { d1Databases: databases });
after(async () => {
  await worker.dispose();
  rmSync(outdir, { recursive: true });
});

async function ask(body) {
  const response = await worker.dispatchFetch("http://worker.example/", { method: "POST", body: JSON.stringify(body) });
  assert.ok(response.ok, await response.clone().text());
  return response.json();
}

for (const [index, name] of TESTS.entries()) {
  test(`d1: ${name}`, async () => assert.equal(await ask({ database: databases[index], test: name }), null));
}
