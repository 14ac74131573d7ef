// The sizes of what a page has to fetch. The limits are those of the project; a kB is 1,000 bytes.

import assert from "node:assert/strict";
import { rmSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { after, test } from "node:test";
import { build } from "esbuild";
import { createProject, PACKAGE } from "../project.mjs";

const WASM_LIMITS = { "ssokey.wasm": 64_000, "operator.wasm": 64_000, "argon2id.wasm": 12_000 };
/** Of the entry for browsers: without what travels inside it, and with that, which base64 makes no larger than brotli can undo. */
const ENTRY_LIMITS = { without: 10_000, with: 90_000 };

const require = createRequire(join(PACKAGE, "package.json"));
const { default: sizeLimit } = require("size-limit");
const { default: filePlugin } = require("@size-limit/file");

const project = await createProject();
after(() => rmSync(project, { recursive: true }));

for (const [file, limit] of Object.entries(WASM_LIMITS))
  test(`${file} is at most ${limit / 1000} kB in brotli`, async (context) => {
    await isAtMost(context, limit, join(project, "node_modules/ssokey/dist", file));
  });

const withoutInlined = {
  name: "without-inlined",
  setup({ onResolve }) {
    onResolve({ filter: /\/inline\// }, ({ path }) => ({ path, external: true }));
  },
};

for (const [wasm, limit] of Object.entries(ENTRY_LIMITS))
  test(`the entry for browsers, ${wasm} the wasm, is at most ${limit / 1000} kB in brotli`, async (context) => {
    const outfile = join(project, "entry.js");
    const stdin = { contents: `export * from "ssokey";`, resolveDir: project };
    const plugins = wasm === "with" ? [] : [withoutInlined];
    await build({ stdin, bundle: true, minify: true, format: "esm", outfile, plugins, logLevel: "silent" });
    await isAtMost(context, limit, outfile);
  });

async function isAtMost(context, limit, file) {
  const [{ size }] = await sizeLimit([filePlugin], [file]);
  context.diagnostic(`${size} of ${limit} bytes`);
  assert.ok(size <= limit, `${size} bytes are more than ${limit}`);
}
