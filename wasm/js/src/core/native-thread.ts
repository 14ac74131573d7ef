// The program of a thread that hashes in native code: calls in, answers out, one after the other. It is given the path of
// `@node-rs/argon2`, as a program that lies in a URL finds no package.

import { timingSafeEqual } from "node:crypto";
import { createRequire } from "node:module";
import { parentPort, workerData } from "node:worker_threads";
import type { HashCall } from "./passwords.js";
import { type Costs, readHash, TAG_BYTES, TODAY, writeHash } from "./phc.js";

interface Options {
  algorithm: number;
  version: number;
  memoryCost: number;
  timeCost: number;
  parallelism: number;
  outputLen: number;
  salt: Uint8Array;
}

/** As the package has it. */
type HashRawSync = (password: Uint8Array, options: Options) => Buffer;

const ARGON2ID = 2;
/** The package's word for version 19. */
const VERSION = 1;

const path = String(workerData);
const { hashRawSync } = createRequire(path)(path) as { hashRawSync: HashRawSync };

const methods = {
  verify(password: string, passwordHash: string) {
    const stored = readHash(passwordHash);
    if (stored === undefined) return "unreadable";
    const { tag, nonce } = stored;
    return timingSafeEqual(compute(password, nonce, stored, tag.length), tag) ? "match" : "no_match";
  },
  hash(password: string, salt: string) {
    const nonce = Buffer.from(salt, "hex");
    return writeHash(nonce, compute(password, nonce, TODAY, TAG_BYTES));
  },
};

function compute(password: string, salt: Buffer, { memory, passes, parallelism }: Costs, outputLen: number): Buffer {
  const costs = { memoryCost: memory, timeCost: passes, parallelism, outputLen };
  return hashRawSync(Buffer.from(password), { algorithm: ARGON2ID, version: VERSION, ...costs, salt });
}

parentPort?.on("message", ([method, password, other]: HashCall) => {
  parentPort?.postMessage(methods[method](password, other));
});
