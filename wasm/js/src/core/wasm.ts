// A global that not every set of types declares.
declare const WebAssembly: {
  compile: (bytes: Uint8Array | ArrayBuffer) => Promise<WasmModule>;
  compileStreaming?: (source: Response) => Promise<WasmModule>;
};

/** `WebAssembly.Module`, where its type is known. */
export type WasmModule = typeof globalThis extends { WebAssembly: { Module: { prototype: infer Module } } }
  ? Module & object
  : object;

/** A wasm, as a runtime has it: compiled, as bytes, or on its way. */
export type Wasm = WasmModule | Uint8Array | ArrayBuffer | Response;

/** Compiles what has arrived, while it does; from a server that sends a different type than the wasm's, when all is there. */
export async function compiled(wasm: Wasm): Promise<WasmModule> {
  if (wasm instanceof Uint8Array || wasm instanceof ArrayBuffer) return WebAssembly.compile(wasm);
  if (!(wasm instanceof Response)) return wasm;
  if (!wasm.ok) throw new Error(`the wasm cannot be loaded: HTTP status ${wasm.status}`);
  const isTyped = wasm.headers.get("content-type") === "application/wasm";
  const { compile, compileStreaming } = WebAssembly;
  return isTyped && compileStreaming ? compileStreaming(wasm) : compile(await wasm.arrayBuffer());
}
