import init, * as bindings from "../operator-bindings.js";
import { lazy } from "./lazy.js";
import { type OperatorCore, operatorCoreOver } from "./operator-core.js";
import { compiled, type Wasm } from "./wasm.js";

let load: () => Wasm | Promise<Wasm> = () => {
  throw new Error("`ssokey/operator/manual` needs the operator's wasm: call `useOperatorWasm` first");
};

/** Says how the operator's wasm is loaded on first use. */
export function loadOperatorBy(loader: typeof load): void {
  load = loader;
}

/** Returns the operator's core of this program, instantiated on first use. After a failure it is loaded anew. */
export const loadOperatorCore: () => Promise<OperatorCore> = lazy(async () => {
  await init({ module_or_path: await compiled(await load()) });
  return operatorCoreOver(bindings);
});
