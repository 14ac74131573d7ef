// Times all that hashes in Node, Deno or Bun: `process.mjs ROUNDS` prints the times as JSON.

import * as crypto from "node:crypto";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { argon2idNpmOver, hashWasmOver, native, OURS, oursOver, timed } from "./hashes.mjs";

const require = createRequire(import.meta.url);
const bytes = (path) => readFileSync(new URL(path, import.meta.url));
const isNode = !("Deno" in globalThis || "Bun" in globalThis);

const { argon2id } = require("hash-wasm");
const { default: setup } = await import("./node_modules/argon2id/lib/setup.js");
const instance = (name) => (imports) => WebAssembly.instantiate(bytes(`./node_modules/argon2id/dist/${name}.wasm`), imports);

const contenders = {
  [OURS]: oursOver(new WebAssembly.Module(bytes("../../dist/argon2id.wasm"))),
  "hash-wasm": hashWasmOver(argon2id),
  argon2id: argon2idNpmOver(await setup(instance("simd"), instance("no-simd"))),
};
if (isNode) {
  contenders["argon2 (C)"] = native.argon2(require("argon2"));
  contenders["@node-rs/argon2"] = native.nodeRs(require("@node-rs/argon2"));
  if (crypto.argon2Sync) contenders["node:crypto"] = native.crypto(crypto);
}
console.log(JSON.stringify(await timed(contenders, Number(process.argv[2]))));
process.exit();
