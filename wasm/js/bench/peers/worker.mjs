// The same in workerd, whose clock stands still while it computes: whoever asks has one named hash computed, and times that.

import ours from "../../dist/argon2id.wasm";
import { argon2idNpmOver, OURS, oursOver } from "./hashes.mjs";
import simd from "./node_modules/argon2id/dist/simd.wasm";
import setup from "./node_modules/argon2id/lib/setup.js";

const instance = async (imports) => ({ instance: await WebAssembly.instantiate(simd, imports) });
let contenders;

export default {
  async fetch(request) {
    // `hash-wasm` compiles what it carries as text, which workerd forbids.
    contenders ??= { [OURS]: oursOver(ours), argon2id: argon2idNpmOver(await setup(instance, instance)) };
    const name = new URL(request.url).searchParams.get("name");
    return new Response(name === null ? JSON.stringify(Object.keys(contenders)) : await contenders[name]());
  },
};
