import * as bindings from "../operator-bindings.js";
import { instantiate } from "./instance.js";
import { lazy } from "./lazy.js";
import { type OperatorCore, operatorCoreOver } from "./operator-core.js";
import type { ModuleSource } from "./wasm.js";

/** Returns the operator's core of this program, instantiated on first use. After a failure it is loaded anew. */
export const loadOperator: (source: ModuleSource) => Promise<OperatorCore> = lazy(async (source: ModuleSource) => {
  const replace = await instantiate(bindings, await source());
  return operatorCoreOver(bindings, replace);
});
