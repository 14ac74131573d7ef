import { compile, type WasmModule } from "./wasm.js";

/** Returns a module that travels inside the JavaScript, in whatever runtime has streams. */
export async function unpacked(base64: string): Promise<WasmModule> {
  const bytes = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
  const inflated = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate-raw"));
  return compile(await new Response(inflated).arrayBuffer());
}
