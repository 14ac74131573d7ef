// The entry for edge runtimes whose platform compiles the wasm that is imported as a module.

import { loadBy } from "../core/loader.js";
import wasm from "../ssokey.wasm?module";

export * from "./index.js";

loadBy(() => wasm);
