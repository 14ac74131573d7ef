// The entry for Workers, which compile the wasm when they are deployed.

import { loadBy } from "../../core/loader.js";
import { loadOperatorBy } from "../../core/operator-loader.js";
import operator from "../../operator.wasm";
import hashing from "../../ssokey.wasm";

export * from "./index.js";

loadBy(() => hashing);
loadOperatorBy(() => operator);
