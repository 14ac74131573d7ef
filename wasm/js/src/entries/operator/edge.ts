// The entry for edge runtimes whose platform compiles the wasm that is imported as a module.

import { loadBy } from "../../core/loader.js";
import { loadOperatorBy } from "../../core/operator-loader.js";
import operator from "../../operator.wasm?module";
import hashing from "../../ssokey.wasm?module";

export * from "./index.js";

loadBy(() => hashing);
loadOperatorBy(() => operator);
