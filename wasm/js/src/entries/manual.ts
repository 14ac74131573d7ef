// The entry for everywhere else: the caller has the wasm, from `ssokey/ssokey.wasm` and `ssokey/argon2id.wasm` or copies of them.

import { type Given, given, givenArgon2id } from "../core/given.js";
import { passwordsInThread } from "../core/hashing.js";
import { coreLoader } from "../core/loader.js";
import { createHandlerBy } from "../http/create.js";

export type { Given } from "../core/given.js";
export type { Wasm, WasmModule, WasmResponse } from "../core/wasm.js";
export * from "./index.js";

const core = given("`ssokey/manual` needs the wasm: call `useWasm` first");

/**
 * Gives the package its wasm: a `WebAssembly.Module`, the bytes, or a `Response` that carries them; or a function that
 * gets one of these, called on first use.
 *
 * ```js
 * useWasm(() => fetch("/assets/ssokey.wasm"));
 * useArgon2id(() => fetch("/assets/argon2id.wasm"));
 * ```
 *
 * Call it before anything else: a program has one instance, and once that is there a different wasm changes nothing.
 */
export const useWasm: (wasm: Given) => void = core.use;

/** Gives the package the wasm that hashes, as {@link useWasm} gives it the other. The option `passwords` makes it needless. */
export const useArgon2id: (wasm: Given) => void = givenArgon2id.use;

export const loadCore = coreLoader(core.source, passwordsInThread(givenArgon2id.source));
export const createHandler = createHandlerBy(loadCore);
