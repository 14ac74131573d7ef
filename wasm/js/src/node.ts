// The entry for Node, Deno and Bun.

import { readFileSync } from "node:fs";
import { loadBy } from "./loader.js";

export * from "./index.js";

loadBy(() => readFileSync(new URL("./ssokey.wasm", import.meta.url)));
