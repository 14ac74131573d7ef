// The entry for Node, Deno and Bun.

import { loadCore } from "../core/node.js";
import { createHandlerBy } from "../http/create.js";
import { kept } from "../storage/refusals.js";

export * from "./index.js";
export { loadCore };
export const createHandler = createHandlerBy(loadCore, kept);
