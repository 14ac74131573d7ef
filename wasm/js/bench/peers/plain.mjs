// Loads the plain peer, which Node 20 cannot as it is.

import { createHash } from "node:crypto";
import { rmSync } from "node:fs";
import { fileURLToPath, pathToFileURL } from "node:url";
import { build } from "esbuild";

const file = (name) => fileURLToPath(new URL(name, import.meta.url));

export async function loadPlain() {
  const outfile = file(`node_modules/.plain-${process.pid}.mjs`);
  await build({ entryPoints: [file("plain.ts")], bundle: true, platform: "node", format: "esm", outfile, logLevel: "silent" });
  try {
    return await import(pathToFileURL(outfile));
  } finally {
    rmSync(outfile);
  }
}

export const digestOf = (text) => createHash("sha256").update(text).digest("hex");
