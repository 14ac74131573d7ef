// The entry for Workers, which compile the wasm when they are deployed.

import { loadBy } from "../core/loader.js";
import wasm from "../ssokey.wasm";

export * from "./index.js";

loadBy(() => wasm);
