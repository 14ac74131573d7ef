// The program of a thread of the pool: calls in, replies out, one after the other. A trap ends it, and the pool starts a new one.

import { readFileSync } from "node:fs";
import { parentPort } from "node:worker_threads";
import { hasherOver } from "./hashing.js";

const hash = hasherOver(readFileSync(new URL("../ssokey.wasm", import.meta.url)));
parentPort?.on("message", (call: string) => parentPort?.postMessage(hash(call)));
