// The same in a page.

import { argon2idNpmOver, hashWasmOver, OURS, oursOver, timed } from "./hashes.mjs";
import setup from "./node_modules/argon2id/lib/setup.js";
import { argon2id } from "./node_modules/hash-wasm/dist/index.esm.min.js";

const bytes = async (path) => (await fetch(new URL(path, import.meta.url))).arrayBuffer();
const instance = (name) => async (imports) =>
  WebAssembly.instantiate(await bytes(`./node_modules/argon2id/dist/${name}.wasm`), imports);

export async function run(rounds) {
  const contenders = {
    [OURS]: oursOver(await WebAssembly.compile(await bytes("../../dist/argon2id.wasm"))),
    "hash-wasm": hashWasmOver(argon2id),
    argon2id: argon2idNpmOver(await setup(instance("simd"), instance("no-simd"))),
  };
  return timed(contenders, rounds);
}
