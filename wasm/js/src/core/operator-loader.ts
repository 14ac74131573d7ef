import * as bindings from "../operator-bindings.js";
import { instantiate } from "./instance.js";
import { lazy } from "./lazy.js";
import { type OperatorCore, operatorCoreOver } from "./operator-core.js";
import { compiled, type Source } from "./wasm.js";

/** Returns the operator's core of this program, instantiated on first use. After a failure it is loaded anew. */
export const loadOperator: (source: Source) => Promise<OperatorCore> = lazy(async (source: Source) => {
  const replace = await instantiate(bindings, await compiled(await source()));
  return operatorCoreOver(bindings, replace);
});
