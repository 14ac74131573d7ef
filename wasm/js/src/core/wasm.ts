// A global that not every set of types declares.
declare const WebAssembly: {
  compile: (bytes: Uint8Array | ArrayBuffer) => Promise<WasmModule>;
};

/** `WebAssembly.Module`, where its type is known. */
export type WasmModule = typeof globalThis extends { WebAssembly: { Module: { prototype: infer Module } } }
  ? Module & object
  : object;

/** A `Response`, whoever made it. */
export interface WasmResponse {
  readonly ok: boolean;
  readonly status: number;
  arrayBuffer(): Promise<ArrayBuffer>;
}

/** A wasm, as a runtime has it: compiled, as bytes, or on its way. */
export type Wasm = WasmModule | Uint8Array | ArrayBuffer | WasmResponse;

/** Gets a module when it is needed. */
export type ModuleSource = () => Promise<WasmModule>;

/** Compiles bytes. */
export function compile(bytes: Uint8Array | ArrayBuffer): Promise<WasmModule> {
  return WebAssembly.compile(bytes);
}

/**
 * Compiles what has arrived. Each kind is told by what it can do, as it may be of a different realm: an edge runtime runs
 * code in a context of its own, and so do test runners. Next refuses to build an edge function that could lead here.
 */
export async function compiled(wasm: Wasm): Promise<WasmModule> {
  if (isBytes(wasm)) return compile(wasm);
  if (!isResponse(wasm)) return wasm;
  if (!wasm.ok) throw new Error(`the wasm cannot be loaded: HTTP status ${wasm.status}`);
  // Not by a second `compile`, whose argument Next moves into a function that cannot wait.
  return compiled(await wasm.arrayBuffer());
}

function isBytes(wasm: Wasm): wasm is Uint8Array | ArrayBuffer {
  return ArrayBuffer.isView(wasm) || brandOf(wasm) === "ArrayBuffer";
}

function isResponse(wasm: Wasm): wasm is WasmResponse {
  if ("arrayBuffer" in Object(wasm)) return true;
  if (brandOf(wasm) === "WebAssembly.Module") return false;
  throw new TypeError("a wasm is a `WebAssembly.Module`, its bytes, or a `Response` that carries them");
}

function brandOf(value: unknown): string {
  return Object.prototype.toString.call(value).slice(8, -1);
}
