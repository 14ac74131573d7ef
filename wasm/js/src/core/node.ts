// The core in Node, Deno and Bun, which hash on threads.

import wasm from "../inline/ssokey.js";
import { coreLoader } from "./loader.js";
import { sharedPool } from "./pool.js";
import { unpacked } from "./unpacked-node.js";

export const loadCore = coreLoader(() => unpacked(wasm), sharedPool);
