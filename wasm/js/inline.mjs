// Puts the wasm, and the program of a thread, into modules of JavaScript, so that a bundle has them wherever it is moved to.

import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { deflateRawSync } from "node:zlib";

const DIST = new URL("dist/", import.meta.url);
const textOf = (file) => readFileSync(new URL(file, DIST), "utf8");

mkdirSync(new URL("inline", DIST), { recursive: true });

for (const module of ["ssokey", "operator", "argon2id"]) {
  const bytes = readFileSync(new URL(`${module}.wasm`, DIST));
  write(module, deflateRawSync(bytes, { level: 9 }).toString("base64"));
}

// One file, as a thread of a bundle has no other to import.
const own = textOf("core/thread.js").replace(/^import .* from "\.\/argon2id\.js";\n/m, "");
write("thread", textOf("core/argon2id.js") + own);

function write(name, text) {
  writeFileSync(new URL(`inline/${name}.js`, DIST), `export default ${JSON.stringify(text)};\n`);
}
