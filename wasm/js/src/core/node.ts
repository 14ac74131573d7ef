// The loading of the wasm in Node, Deno and Bun, and the threads in which they hash.

import { readFileSync } from "node:fs";
import { loadBy } from "./loader.js";
import { loadOperatorBy } from "./operator-loader.js";
import { opened } from "./passwords.js";

export { loadCore } from "./loader.js";

loadBy(
  () => readFileSync(new URL("../ssokey.wasm", import.meta.url)),
  // Imported when it is needed: whoever brings passwords of their own, or hashes none, starts no thread.
  opened(async () => (await import("./pool.js")).passwordPool()),
);
loadOperatorBy(() => readFileSync(new URL("../operator.wasm", import.meta.url)));
