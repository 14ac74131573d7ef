// The entry for browsers and bundlers, and for every runtime that has no entry of its own.

import { loadBy } from "../../core/loader.js";
import { loadOperatorBy } from "../../core/operator-loader.js";

export * from "./index.js";

loadBy(() => fetch(new URL("../../ssokey.wasm", import.meta.url)));
loadOperatorBy(() => fetch(new URL("../../operator.wasm", import.meta.url)));
