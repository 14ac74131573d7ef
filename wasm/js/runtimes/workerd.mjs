// A Worker in Cloudflare's own runtime, without a network.

import { readdirSync } from "node:fs";
import { extname, join } from "node:path";
import { build } from "esbuild";
import { Miniflare } from "miniflare";

/**
 * Starts the Worker that `file` in `directory` is, with what `options` of Miniflare give it besides. Gives it as `worker`,
 * and as `inputs` the paths of the modules in it.
 *
 * A Worker is bundled before it is deployed, here into `outdir`; the wasm stays a module of its own, which workerd compiles.
 */
export async function openWorker(directory, file, outdir, options = {}) {
  const { metafile } = await build({
    entryPoints: [join(directory, file)],
    absWorkingDir: directory,
    bundle: true,
    format: "esm",
    conditions: ["workerd", "worker", "browser"],
    loader: { ".wasm": "copy" },
    metafile: true,
    outdir,
    logLevel: "silent",
  });
  const isWasm = (path) => extname(path) === ".wasm";
  const modules = readdirSync(outdir)
    // The Worker itself stands first.
    .sort((a, b) => Number(isWasm(a)) - Number(isWasm(b)))
    .map((path) => ({ type: isWasm(path) ? "CompiledWasm" : "ESModule", path: join(outdir, path) }));
  const worker = new Miniflare({ modulesRoot: outdir, modules, compatibilityDate: "2026-04-01", cf: false, ...options });
  return { worker, inputs: Object.keys(metafile.inputs) };
}
