// Puts the wasm, and the program of a thread, into modules of JavaScript, so that a bundle has them wherever it is moved to.

import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { deflateRawSync } from "node:zlib";
import { buildSync } from "esbuild";

const DIST = new URL("dist/", import.meta.url);

mkdirSync(new URL("inline", DIST), { recursive: true });

for (const module of ["ssokey", "operator", "argon2id"]) {
  const bytes = readFileSync(new URL(`${module}.wasm`, DIST));
  write(module, deflateRawSync(bytes, { level: 9 }).toString("base64"));
}

// One file each, as a thread has no other to import.
for (const program of ["thread", "native-thread"]) {
  const { outputFiles } = buildSync({
    entryPoints: [fileURLToPath(new URL(`core/${program}.js`, DIST))],
    bundle: true,
    format: "esm",
    minify: true,
    external: ["node:*"],
    write: false,
  });
  write(program, outputFiles[0].text);
}

function write(name, text) {
  writeFileSync(new URL(`inline/${name}.js`, DIST), `export default ${JSON.stringify(text)};\n`);
}
