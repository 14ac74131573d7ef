import init, * as bindings from "../bindings.js";
import { type Core, coreOver } from "./core.js";
import { hasherOver } from "./hashing.js";
import { type Passwords, passwordsBy } from "./passwords.js";

// A global that not every set of types declares.
declare const WebAssembly: {
  compile: (bytes: Uint8Array | ArrayBuffer) => Promise<WasmModule>;
  compileStreaming?: (source: Response) => Promise<WasmModule>;
};

/** `WebAssembly.Module`, where its type is known. */
export type WasmModule = typeof globalThis extends { WebAssembly: { Module: { prototype: infer Module } } }
  ? Module & object
  : object;

/** The wasm, as a runtime has it: compiled, as bytes, or on its way. */
export type Wasm = WasmModule | Uint8Array | ArrayBuffer | Response;

let load: () => Wasm | Promise<Wasm> = () => {
  throw new Error("`ssokey/manual` needs the wasm: call `useWasm` first");
};
let hashBy: Passwords | undefined;
let core: Promise<Core> | undefined;

/**
 * Says how the wasm is loaded on first use, and where passwords are hashed unless in that wasm. Each entry of the package
 * says so once, and differs in nothing else.
 */
export function loadBy(loader: typeof load, passwords?: Passwords): void {
  load = loader;
  hashBy = passwords;
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
  const module = await compiled(await load());
  await init({ module_or_path: module });
  return coreOver(bindings, hashBy ?? passwordsIn(module));
}

function passwordsIn(module: WasmModule): Passwords {
  const hash = hasherOver(module);
  return passwordsBy(async (call) => hash(call));
}

/** What has arrived, compiled while it does; a server that sends another type than the wasm's is waited for. */
async function compiled(wasm: Wasm): Promise<WasmModule> {
  if (wasm instanceof Uint8Array || wasm instanceof ArrayBuffer) return WebAssembly.compile(wasm);
  if (!(wasm instanceof Response)) return wasm;
  if (!wasm.ok) throw new Error(`the wasm cannot be loaded: HTTP status ${wasm.status}`);
  const isTyped = wasm.headers.get("content-type") === "application/wasm";
  const { compile, compileStreaming } = WebAssembly;
  return isTyped && compileStreaming ? compileStreaming(wasm) : compile(await wasm.arrayBuffer());
}
