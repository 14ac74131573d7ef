// The entry for everywhere else: the caller has the wasm, from `ssokey/ssokey.wasm` or a copy of it.

import { loadBy } from "../core/loader.js";
import type { Wasm } from "../core/wasm.js";

export type { Wasm, WasmModule } from "../core/wasm.js";
export * from "./index.js";

/**
 * Gives the package its wasm: a `WebAssembly.Module`, the bytes, or a `Response` that carries them; or a function that
 * gets one of these, called on first use.
 *
 * ```js
 * useWasm(() => fetch("/assets/ssokey.wasm"));
 * ```
 *
 * Call it before anything else: a program has one instance, and once that is there a different wasm changes nothing.
 */
export function useWasm(wasm: Wasm | Promise<Wasm> | (() => Wasm | Promise<Wasm>)): void {
  loadBy(typeof wasm === "function" ? (wasm as () => Wasm | Promise<Wasm>) : () => wasm);
}
