// The verdicts of others' tools on the package before it is published.

import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { test } from "node:test";
import { PACKAGE } from "../project.mjs";

test("publint has nothing to say of the package, not even a suggestion", () => passes("publint", "--strict"));

test("its types resolve for every ES module that imports it", () => {
  // A wasm or a description has no types, and `attw` takes that for an entry that is not found.
  const untyped = ["./ssokey.wasm", "./operator.wasm", "./argon2id.wasm", "./openapi.yaml"];
  passes("attw", "--pack", "--profile", "esm-only", "--exclude-entrypoints", ...untyped);
});

function passes(tool, ...options) {
  const command = join(PACKAGE, "node_modules/.bin", tool);
  const { status, stdout, stderr } = spawnSync(command, options, { cwd: PACKAGE, encoding: "utf8" });
  assert.equal(status, 0, stdout + stderr);
}
