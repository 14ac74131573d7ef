import * as bindings from "../bindings.js";
import { type Core, coreOver } from "./core.js";
import { instantiate } from "./instance.js";
import { lazy } from "./lazy.js";
import type { Passwords } from "./passwords.js";
import type { ModuleSource } from "./wasm.js";

/** A program has one instance, from the module that whoever asked first had. */
const loadRules = lazy(async (source: ModuleSource) => {
  const replace = await instantiate(bindings, await source());
  return coreOver(bindings, replace);
});

/**
 * Returns what gives the core of this program, which is instantiated on first use. After a failure it is loaded anew by the
 * next who asks. Each entry of the package has a source and passwords of its own, and differs in nothing else.
 */
export function coreLoader(source: ModuleSource, passwords: Passwords): () => Promise<Core> {
  return lazy(async () => ({ ...(await loadRules(source)), passwords }));
}
