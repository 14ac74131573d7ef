// The entry for Node, Deno and Bun.

import "../../core/node.js";

export * from "./index.js";
