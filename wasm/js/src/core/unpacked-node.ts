import { inflateRawSync } from "node:zlib";
import { compile, type WasmModule } from "./wasm.js";

/** Returns the bytes of a module that travels inside the JavaScript, in Node, Deno and Bun. */
export function bytesIn(base64: string): Uint8Array {
  return inflateRawSync(Buffer.from(base64, "base64"));
}

/** Returns the module itself. */
export async function unpacked(base64: string): Promise<WasmModule> {
  return compile(bytesIn(base64));
}
