// The entry for everywhere else: the caller has the wasm, from `ssokey/operator.wasm` or a copy of it.

import { loadOperatorBy } from "../../core/operator-loader.js";
import type { Wasm } from "../../core/wasm.js";

export type { Wasm, WasmModule } from "../../core/wasm.js";
export { useWasm } from "../manual.js";
export * from "./index.js";

/**
 * Gives the operator's functions their wasm, as {@link useWasm} gives the handler its own. That one hashes as well:
 * {@link addUser} needs it, or the option `passwords`.
 *
 * ```js
 * useOperatorWasm(() => fetch("/assets/operator.wasm"));
 * ```
 *
 * Call it before anything else: a program has one instance, and once that is there a different wasm changes nothing.
 */
export function useOperatorWasm(wasm: Wasm | Promise<Wasm> | (() => Wasm | Promise<Wasm>)): void {
  loadOperatorBy(typeof wasm === "function" ? (wasm as () => Wasm | Promise<Wasm>) : () => wasm);
}
