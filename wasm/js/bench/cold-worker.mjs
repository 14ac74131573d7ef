// The same as `cold.mjs` in workerd, whose clock stands still while it computes: whoever asks times it. `/warm` has the way tried before.

import { memoryStorage } from "../dist/entries/memory.js";
import { createHandler } from "../dist/entries/workers.js";

let handler;

export default {
  async fetch(request) {
    if (new URL(request.url).pathname === "/warm") return new Response("any");
    handler ??= await createHandler({ storage: memoryStorage() });
    return handler(request);
  },
};
