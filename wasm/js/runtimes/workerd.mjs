// Workers, in the runtime that Cloudflare has for them.

import { readdirSync } from "node:fs";
import { join } from "node:path";
import { build } from "esbuild";
import { Miniflare } from "miniflare";

/**
 * A Worker is bundled before it is deployed; the wasm stays a module of its own, which workerd compiles. Gives the
 * directory of the bundle, and the paths of what went into it.
 */
export async function bundleWorker(project, file, directory = join(project, "bundle", file)) {
  const { metafile } = await build({
    entryPoints: [join(project, file)],
    absWorkingDir: project,
    bundle: true,
    format: "esm",
    conditions: ["workerd", "worker", "browser"],
    loader: { ".wasm": "copy" },
    external: ["cloudflare:*"],
    metafile: true,
    outdir: directory,
    logLevel: "silent",
  });
  return { directory, inputs: Object.keys(metafile.inputs) };
}

/** The Worker of the modules in a directory, until it is disposed of. */
export function workerIn(directory, options = {}) {
  const isWasm = (path) => /\.wasm(\?module)?$/.test(path);
  const modules = readdirSync(directory)
    // The Worker itself stands first.
    .sort((a, b) => Number(isWasm(a)) - Number(isWasm(b)))
    .map((path) => ({ type: isWasm(path) ? "CompiledWasm" : "ESModule", path: join(directory, path) }));
  return new Miniflare({ modulesRoot: directory, modules, compatibilityDate: "2026-04-01", cf: false, ...options });
}
