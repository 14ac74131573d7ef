import init, * as bindings from "./bindings.js";
import { type Core, coreOver } from "./core.js";

// A global that not every set of types declares.
declare const WebAssembly: { compileStreaming?: (source: Response) => Promise<WasmModule> };

/** `WebAssembly.Module`, where its type is known. */
export type WasmModule = typeof globalThis extends { WebAssembly: { Module: { prototype: infer Module } } }
  ? Module & object
  : object;

/** The wasm, as a runtime has it: compiled, as bytes, or on its way. */
export type Wasm = WasmModule | Uint8Array | ArrayBuffer | Response;

let load: () => Wasm | Promise<Wasm> = () => {
  throw new Error("`ssokey/manual` needs the wasm: call `useWasm` first");
};
let core: Promise<Core> | undefined;

/** Says how the wasm is loaded on first use. Each entry of the package says so once, and differs in nothing else. */
export function loadBy(loader: typeof load): void {
  load = loader;
}

/** The core of this program, instantiated on first use. After a failure it is loaded anew by the next who asks. */
export function loadCore(): Promise<Core> {
  core ??= instantiate().catch((error: unknown) => {
    core = undefined;
    throw error;
  });
  return core;
}

async function instantiate(): Promise<Core> {
  await init({ module_or_path: await compiled(await load()) });
  return coreOver(bindings);
}

/** What has arrived, compiled while it does; a server that sends another type than the wasm's is waited for. */
async function compiled(wasm: Wasm): Promise<Exclude<Wasm, Response>> {
  if (!(wasm instanceof Response)) return wasm;
  if (!wasm.ok) throw new Error(`the wasm cannot be loaded: HTTP status ${wasm.status}`);
  const isTyped = wasm.headers.get("content-type") === "application/wasm";
  return isTyped && WebAssembly.compileStreaming ? WebAssembly.compileStreaming(wasm) : wasm.arrayBuffer();
}
