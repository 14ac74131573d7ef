// Nitro, which several frameworks build their servers with, for Node and for Cloudflare.

import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";
import { Miniflare } from "miniflare";
import { jsonFrom } from "../listening.mjs";
import { EXPECTED } from "../package/sign-ons.mjs";
import { ASK, projectWith, run } from "./project.mjs";
import { asking, RECIPES, signsOn, storageWithKey, whileServing } from "./recipes.mjs";

const { storage, ssokey } = await storageWithKey();

const project = await projectWith({
  "nitro.config.ts": `export default { compatibilityDate: "2026-04-01", srcDir: ".", experimental: { wasm: true } };`,
  "routes/index.ts": `${ASK("../sign-ons.mjs")} export default eventHandler(ask);`,
  ...RECIPES.Nitro,
  "storage.js": storage,
  "routes/api/other.post.ts": "export default eventHandler((event) => readBody(event));",
});

/** Asks the recipe's route, and one of the framework's own with a body. */
async function follows(ask) {
  await signsOn(ask, ssokey);
  const headers = { "content-type": "application/json" };
  const other = await ask("/api/other", { method: "POST", body: '{"a":1}', headers });
  assert.deepEqual(await other.json(), { a: 1 });
}

test("Nitro builds a server for Node that signs users on", async () => {
  await run(project, "nitropack/dist/cli/index.mjs", "build", "--preset", "node-server");
  await whileServing(project, ".output/server/index.mjs", async (url) => {
    assert.deepEqual(await jsonFrom(url), EXPECTED);
    await follows(asking(url));
  });
});

test("Nitro builds a Worker for Cloudflare that signs users on", async () => {
  await run(project, "nitropack/dist/cli/index.mjs", "build", "--preset", "cloudflare-module");
  const worker = new Miniflare({
    scriptPath: "index.mjs",
    rootPath: join(project, ".output/server"),
    modulesRoot: join(project, ".output/server"),
    modules: true,
    modulesRules: [
      { type: "ESModule", include: ["**/*.mjs"] },
      { type: "CompiledWasm", include: ["**/*.wasm"] },
    ],
    compatibilityDate: "2026-04-01",
    compatibilityFlags: ["nodejs_compat"],
    cf: false,
  });
  try {
    const response = await worker.dispatchFetch("https://worker.example/");
    assert.deepEqual(JSON.parse(await response.text()), EXPECTED);
    await follows((path, options) => worker.dispatchFetch(`https://worker.example${path}`, options));
  } finally {
    await worker.dispose();
  }
});
