// The sizes of what a page has to fetch, and their limits, are as README states them; a kB is 1,000 bytes.

import assert from "node:assert/strict";
import { readFileSync, rmSync, statSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { after, test } from "node:test";
import { build } from "esbuild";
import { createProject, PACKAGE } from "../project.mjs";

const README = readFileSync(new URL("../../README.md", import.meta.url), "utf8");
const WASM = ["ssokey.wasm", "operator.wasm", "argon2id.wasm"];
/** The entries of a page as README names them: with what travels inside them, which base64 makes no larger than brotli can undo. */
const ENTRIES = {
  "`ssokey` in a page, minified, without its wasm": { entry: "ssokey", isWhole: false },
  "`ssokey` in a page, minified": { entry: "ssokey", isWhole: true },
  "`ssokey/operator` likewise": { entry: "ssokey/operator", isWhole: true },
  "`ssokey/argon2id` likewise": { entry: "ssokey/argon2id", isWhole: true },
};

const require = createRequire(join(PACKAGE, "package.json"));
const { default: sizeLimit } = require("size-limit");
const { default: filePlugin } = require("@size-limit/file");

const project = await createProject();
after(() => rmSync(project, { recursive: true }));

for (const file of WASM)
  test(`${file} has the size that README states`, async (context) => {
    await isAsStated(context, `\`${file}\``, join(project, "node_modules/ssokey/dist", file));
  });

const withoutInlined = {
  name: "without-inlined",
  setup({ onResolve }) {
    onResolve({ filter: /\/inline\// }, ({ path }) => ({ path, external: true }));
  },
};

for (const [name, { entry, isWhole }] of Object.entries(ENTRIES))
  test(`${name} has the size that README states`, async (context) => {
    const outfile = join(project, "entry.js");
    const stdin = { contents: `export * from "${entry}";`, resolveDir: project };
    const plugins = isWhole ? [] : [withoutInlined];
    await build({ stdin, bundle: true, minify: true, format: "esm", outfile, plugins, logLevel: "silent" });
    await isAsStated(context, name, outfile);
  });

/** The row has the kB in brotli, their limit, and the kB as they are. A stated size may be off by a kB, or by a twentieth. */
async function isAsStated(context, name, file) {
  const row = README.split("\n").find((line) => line.startsWith(`| ${name} |`));
  const [stated, limit, statedRaw] = row.match(/ \d+ /g).map(Number);
  const [{ size }] = await sizeLimit([filePlugin], [file]);
  const raw = statSync(file).size;
  context.diagnostic(`${size} of ${limit * 1_000} bytes, ${raw} raw`);
  assert.ok(size <= limit * 1_000, `${size} bytes are more than ${limit} kB`);
  for (const [actual, kilobytes] of [
    [size, stated],
    [raw, statedRaw],
  ]) {
    const difference = Math.abs(actual - kilobytes * 1_000);
    assert.ok(difference <= Math.max(1_000, actual / 20), `${actual} bytes, of which README says ${kilobytes} kB`);
  }
}
