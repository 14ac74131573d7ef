// Argon2id by Node itself, which has it from version 24.7 on.

import * as crypto from "node:crypto";
import { type HashContext, type Passwords, requireHashCall } from "./passwords.js";
import { type Costs, readHash, TAG_BYTES, TODAY, writeHash } from "./phc.js";
import { type PoolOptions, requirePoolOptions, turnsOf } from "./queue.js";

interface Argon2Parameters extends Costs {
  message: string;
  nonce: Buffer;
  tagLength: number;
}

/** As Node's documentation has it; the types of older versions do not know it. */
type Argon2 = (algorithm: "argon2id", parameters: Argon2Parameters, done: (error: Error | null, tag: Buffer) => void) => void;

/** As many as Node has. */
const THREADS = Math.max(1, Math.trunc(Number(process.env["UV_THREADPOOL_SIZE"])) || 4);

/**
 * Passwords that are hashed by `crypto.argon2`, on the threads that Node has for such work; `UV_THREADPOOL_SIZE` says how
 * many these are.
 *
 * ```js
 * const handler = await createHandler({ storage, passwords: nodeCryptoPasswords() });
 * ```
 *
 * Throws an `Error` if this runtime has no `crypto.argon2`, a `RangeError` if an option is not such an integer, and a
 * `SettingsError` if there is no such option.
 */
export function nodeCryptoPasswords(given: PoolOptions = {}): Passwords {
  requirePoolOptions(given);
  const { threads = THREADS, ...options } = given;
  const { argon2 } = crypto as { argon2?: Argon2 };
  if (argon2 === undefined) throw new Error("this runtime has no `crypto.argon2`: take Node 24.7 or later, or `ssokey/pool`");
  const turns = turnsOf(threads, options);

  function compute(parameters: Argon2Parameters, context: HashContext | undefined): Promise<Buffer> {
    const task = () =>
      new Promise<Buffer>((resolve, reject) =>
        argon2?.("argon2id", parameters, (error, tag) => (error === null ? resolve(tag) : reject(error))),
      );
    return turns.run(task, context);
  }

  return {
    async verify(message, passwordHash, context) {
      requireHashCall(["verify", message, passwordHash]);
      const stored = readHash(passwordHash);
      if (stored === undefined) return "unreadable";
      const { tag, ...parameters } = stored;
      const computed = await compute({ ...parameters, message, tagLength: tag.length }, context);
      return crypto.timingSafeEqual(computed, tag) ? "match" : "no_match";
    },
    async hash(message, salt, context) {
      requireHashCall(["hash", message, salt]);
      const nonce = Buffer.from(salt, "hex");
      const tag = await compute({ ...TODAY, message, nonce, tagLength: TAG_BYTES }, context);
      return writeHash(nonce, tag);
    },
  };
}
