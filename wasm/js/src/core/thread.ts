// The program of a thread of the pool, after `argon2id.ts`: calls in, answers out, one after the other. A trap ends it, and the
// pool starts a new one.

import { parentPort, workerData } from "node:worker_threads";
import { argon2idOver } from "./argon2id.js";
import type { HashCall } from "./passwords.js";

declare const WebAssembly: { Module: new (bytes: Uint8Array) => object };

const argon2id = argon2idOver(new WebAssembly.Module(workerData as Uint8Array));
parentPort?.on("message", ([method, password, other]: HashCall) => {
  parentPort?.postMessage(argon2id[method](password, other));
});
