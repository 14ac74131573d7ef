// A server, bundled for Node and moved away from its packages: the wasm and the threads that hash are inside.

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { copyFileSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, test } from "node:test";
import { promisify } from "node:util";
import { build as esbuild } from "esbuild";
import webpack from "webpack";
import { runAlone } from "../alone.mjs";
import { BUN, DENO, MODULES, NODE, NODE_24 } from "../programs.mjs";
import { createProject } from "../project.mjs";
import { EXPECTED } from "./sign-ons.mjs";

const ON_THREADS = { answers: EXPECTED, threads: 1 };

const project = await createProject();
after(() => rmSync(project, { recursive: true }));
for (const file of ["server.js", "sign-ons.mjs"]) copyFileSync(new URL(file, import.meta.url), join(project, file));
const OUT = join(project, "out");

const FORMATS = { esm: "server.mjs", cjs: "server.cjs" };
const ESBUILD = { "as it is": {}, minified: { minify: true }, "minified, with names kept": { minify: true, keepNames: true } };

for (const [format, file] of Object.entries(FORMATS))
  for (const [how, options] of Object.entries(ESBUILD))
    test(`esbuild makes one file of a server, ${format}, ${how}`, async () => {
      await bundle({ platform: "node", format, outfile: join(OUT, file), ...options });
      assert.deepEqual(readdirSync(OUT), [file]);
      assert.deepEqual(runAlone(OUT, file), ON_THREADS);
      assert.deepEqual(runAlone(OUT, file, NODE_24), ON_THREADS);
    });

for (const [format, file] of Object.entries(FORMATS))
  test(`webpack bundles a server, ${format}`, async () => {
    const output = { path: OUT, filename: file, clean: true };
    if (format === "esm") Object.assign(output, { module: true, chunkFormat: "module" });
    const stats = await promisify(webpack)({
      mode: "production",
      target: "node20",
      context: project,
      entry: "./server.js",
      output,
      experiments: { outputModule: format === "esm" },
    });
    assert.equal(stats.hasErrors() || stats.hasWarnings(), false, stats.toString());
    assert.deepEqual(readdirSync(OUT), [file]);
    assert.deepEqual(runAlone(OUT, file), ON_THREADS);
  });

test("Vite bundles a server with nothing left outside", async () => {
  const config = { ssr: { noExternal: true }, build: { ssr: "server.js", outDir: OUT, emptyOutDir: true } };
  writeFileSync(join(project, "vite.config.js"), `export default ${JSON.stringify(config)};`);
  execFileSync(join(MODULES, ".bin/vite"), ["build"], { cwd: project, stdio: "pipe" });
  assert.deepEqual(runAlone(OUT, readdirSync(OUT)[0]), ON_THREADS);
});

const { exports } = JSON.parse(readFileSync(join(project, "node_modules/ssokey/package.json"), "utf8"));
/** The conditions under which a bundle has the wasm inside, and the program that runs it. */
const CONDITIONS = { node: NODE, deno: DENO, bun: BUN, default: NODE };

for (const [condition, program] of Object.entries(CONDITIONS))
  test(`what esbuild leaves of the package under the condition \`${condition}\` signs users on`, async () => {
    const ignored = { platform: "neutral", conditions: [condition], external: ["node:*"], treeShaking: true };
    await bundle({ ...ignored, format: "esm", outfile: join(OUT, "server.mjs") });
    assert.deepEqual(runAlone(OUT, "server.mjs", program).answers, EXPECTED);
  });

test("every entry is there in a bundle that takes all it exports", async () => {
  const entries = Object.keys(exports).filter((entry) => !/\.(wasm|yaml)$/.test(entry));
  const imports = entries.map((entry, index) => `import * as entry${index} from "${join("ssokey", entry)}";`);
  const counts = `[${entries.map((_, index) => `Object.keys(entry${index}).length`)}]`;
  writeFileSync(join(project, "all.js"), `${imports.join("\n")}\nconsole.log(JSON.stringify(${counts}));`);
  const external = ["@libsql/client", "pg", "mysql2"];
  await bundle({ entryPoints: ["all.js"], platform: "node", format: "esm", outfile: join(OUT, "all.mjs"), external });
  const exported = runAlone(OUT, "all.mjs");
  assert.equal(exported.length, entries.length);
  assert.ok(
    exported.every((count) => count > 0),
    JSON.stringify(exported),
  );
});

async function bundle(options) {
  rmSync(OUT, { recursive: true, force: true });
  const entryPoints = ["server.js"];
  await esbuild({ absWorkingDir: project, entryPoints, bundle: true, logLevel: "silent", ...options });
}
