// Argon2id by Node itself, which has it from version 24.7 on.

import * as crypto from "node:crypto";
import type { HashContext, Passwords } from "./passwords.js";
import { type PoolOptions, turnsOf } from "./queue.js";

interface Costs {
  memory: number;
  passes: number;
  parallelism: number;
}

interface Stored extends Costs {
  nonce: Buffer;
  tag: Buffer;
}

interface Argon2Parameters extends Costs {
  message: string;
  nonce: Buffer;
  tagLength: number;
}

/** As Node's documentation has it; the types of older versions do not know it. */
type Argon2 = (algorithm: "argon2id", parameters: Argon2Parameters, done: (error: Error | null, tag: Buffer) => void) => void;

/** As many as Node has. */
const THREADS = Math.max(1, Math.trunc(Number(process.env["UV_THREADPOOL_SIZE"])) || 4);
const TODAY: Costs = { memory: 19_456, passes: 2, parallelism: 1 };
const TAG_BYTES = 32;
const SALT_BYTES = { least: 8, most: 48 };
const STORED_TAG_BYTES = { least: 10, most: 64 };

/**
 * Passwords that are hashed by `crypto.argon2`, on the threads that Node has for such work; `UV_THREADPOOL_SIZE` says how
 * many these are.
 *
 * ```js
 * const handler = await createHandler({ storage, passwords: nodeCryptoPasswords() });
 * ```
 *
 * Throws an `Error` if this runtime has no `crypto.argon2`, and a `RangeError` if an option is not such an integer.
 */
export function nodeCryptoPasswords({ threads = THREADS, ...options }: PoolOptions = {}): Passwords {
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
      const stored = read(passwordHash);
      if (stored === undefined) return "unreadable";
      const { tag, ...parameters } = stored;
      const computed = await compute({ ...parameters, message, tagLength: tag.length }, context);
      return crypto.timingSafeEqual(computed, tag) ? "match" : "no_match";
    },
    async hash(message, salt, context) {
      const nonce = Buffer.from(salt, "hex");
      const tag = await compute({ ...TODAY, message, nonce, tagLength: TAG_BYTES }, context);
      const { memory, passes, parallelism } = TODAY;
      return `$argon2id$v=19$m=${memory},t=${passes},p=${parallelism}$${encode(nonce)}$${encode(tag)}`;
    },
  };
}

/** The PHC string, if it may be computed: Argon2id version 19 within the bounds of the format. */
function read(phc: string): Stored | undefined {
  const [, costs = "", salt = "", hash = ""] = /^\$argon2id\$v=19\$([^$]+)\$([^$]+)\$([^$]+)$/.exec(phc) ?? [];
  const pairs = costs.split(",").map((pair) => /^([mtp])=(0|[1-9][0-9]{0,5})$/.exec(pair));
  const { m = 0, t = 0, p = 0 } = Object.fromEntries(pairs.map((pair) => [pair?.[1], Number(pair?.[2])]));
  const isWithin = pairs.length === 3 && p >= 1 && p <= 4 && t >= 1 && t <= 10 && m >= 8 * p && m <= 65_536;
  const nonce = decode(salt, SALT_BYTES);
  const tag = decode(hash, STORED_TAG_BYTES);
  if (!isWithin || nonce === undefined || tag === undefined) return undefined;
  return { memory: m, passes: t, parallelism: p, nonce, tag };
}

const encode = (bytes: Buffer) => bytes.toString("base64").replace(/=+$/, "");

/** The bytes of unpadded base64. What would be written otherwise is none: Node's own reader overlooks much. */
function decode(text: string, { least, most }: { least: number; most: number }): Buffer | undefined {
  const bytes = Buffer.from(text, "base64");
  return encode(bytes) === text && bytes.length >= least && bytes.length <= most ? bytes : undefined;
}
