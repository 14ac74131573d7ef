// Objects that are not the platform's own.

import assert from "node:assert/strict";
import { readFileSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { test } from "node:test";
import { Response } from "undici";
import { createProject } from "../project.mjs";
import { EXPECTED, signOns } from "./sign-ons.mjs";

test("each wasm may come in a `Response` of npm's undici", async (context) => {
  const project = await createProject();
  context.after(() => rmSync(project, { recursive: true }));
  const require = createRequire(join(project, "package.json"));
  const load = (entry) => import(require.resolve(entry));
  const [manual, operator, memory] = await Promise.all(
    ["manual", "operator/manual", "memory"].map((entry) => load(`ssokey/${entry}`)),
  );
  const respond = (file) => () =>
    new Response(readFileSync(require.resolve(`ssokey/${file}`)), { headers: { "content-type": "application/wasm" } });
  manual.useWasm(respond("ssokey.wasm"));
  manual.useArgon2id(respond("argon2id.wasm"));
  operator.useOperatorWasm(respond("operator.wasm"));
  assert.deepEqual(await signOns(manual, operator, memory), EXPECTED);
});
