// The entry for Node, Deno and Bun.

import { readFileSync } from "node:fs";
import { loadBy } from "./loader.js";
import { opened } from "./passwords.js";

export * from "./index.js";

loadBy(
  () => readFileSync(new URL("./ssokey.wasm", import.meta.url)),
  // Imported when it is needed: whoever brings passwords of their own, or an operator's command, starts no thread.
  opened(async () => (await import("./pool.js")).passwordPool()),
);
