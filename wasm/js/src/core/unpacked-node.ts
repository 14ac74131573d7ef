import { inflateRawSync } from "node:zlib";

/** Returns the bytes of a module that travels inside the JavaScript, in Node, Deno and Bun. */
export function unpacked(base64: string): Uint8Array {
  return inflateRawSync(Buffer.from(base64, "base64"));
}
