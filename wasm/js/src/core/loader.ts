import init, * as bindings from "../bindings.js";
import { type Core, coreOver } from "./core.js";
import { hasherOver } from "./hashing.js";
import { lazy } from "./lazy.js";
import { opened, type Passwords, passwordsBy } from "./passwords.js";
import { compiled, type Wasm } from "./wasm.js";

let load: () => Wasm | Promise<Wasm> = () => {
  throw new Error("`ssokey/manual` needs the wasm: call `useWasm` first");
};
let hashBy: Passwords | undefined;

/**
 * Says how the wasm is loaded on first use, and where passwords are hashed unless in that wasm. Each entry of the package
 * says so once, and differs in nothing else.
 */
export function loadBy(loader: typeof load, passwords?: Passwords): void {
  load = loader;
  hashBy = passwords;
}

const loadModule = lazy(async () => compiled(await load()));

/** Returns the core of this program, instantiated on first use. After a failure it is loaded anew by the next who asks. */
export const loadCore: () => Promise<Core> = lazy(async () => {
  await init({ module_or_path: await loadModule() });
  return coreOver(bindings, defaultPasswords);
});

const passwordsInWasm = opened(async () => {
  const hash = hasherOver(await loadModule());
  return passwordsBy(async (call) => hash(call));
});

/** The passwords of this entry of the package. Nothing is loaded for them before the first is hashed. */
export const defaultPasswords: Passwords = {
  verify: (...call) => (hashBy ?? passwordsInWasm).verify(...call),
  hash: (...call) => (hashBy ?? passwordsInWasm).hash(...call),
};
