import { lazy } from "./lazy.js";
import type { Behalf, Call, Reply } from "./wire.js";

/** The outcome of comparing a password with a stored hash; `unreadable` if the hash is of a different kind or out of bounds. */
export type Verdict = "match" | "no_match" | "unreadable";

/**
 * Computes Argon2id. A host's own is given as the option `passwords`. Either method may reject: with
 * {@link Overloaded} the client is told to come back, with anything else it gets 500. `behalf` is always given for a
 * request; the answer does not depend on it.
 */
export interface Passwords {
  /**
   * Compares in constant time. A hash that is not an Argon2id PHC string, or asks for more than m=65536 KiB, t=10 or p=4, is
   * `unreadable`, and that before any memory is taken.
   */
  verify(password: string, passwordHash: string, behalf?: Behalf): Promise<Verdict>;
  /** The PHC string of Argon2id with m=19456 KiB, t=2, p=1 and a tag of 32 bytes. `salt` is 16 bytes as hexadecimal digits. */
  hash(password: string, salt: string, behalf?: Behalf): Promise<string>;
}

/** A hash cannot be had now. The client gets 503 `overloaded`, and is told by `Retry-After` when to come back. */
export class Overloaded extends Error {
  override name = "Overloaded";
  /** The seconds to wait, an integer from 0 to 4294967295. */
  readonly seconds: number;

  constructor(seconds = 1) {
    super(`hashing is overloaded; try again in ${seconds} s`);
    this.seconds = seconds;
  }
}

/** A call that hashes. */
export type PasswordCall = Call<"verify_password" | "hash_password">;
type PasswordReply = Exclude<Reply<PasswordCall["call"]>, { reply: "failed" }>;

/** Answers a call that hashes. Rejects with what `passwords` did, unless that is {@link Overloaded}. */
export async function answerPassword(passwords: Passwords, call: PasswordCall): Promise<PasswordReply> {
  const { keyed, companyId } = call;
  const behalf = { keyed, companyId };
  try {
    return call.call === "verify_password"
      ? { reply: await passwords.verify(call.password, call.passwordHash, behalf) }
      : { reply: "hashed", passwordHash: await passwords.hash(call.password, call.salt, behalf) };
  } catch (error) {
    if (error instanceof Overloaded) return { reply: "overloaded", seconds: error.seconds };
    throw error;
  }
}

/** Whoever hashes without a request is the operator. */
const OPERATOR: Behalf = { keyed: true, companyId: null };

/** The same the other way round: passwords by what takes the JSON of a call and gives the JSON of its reply. */
export function passwordsBy(compute: (call: string) => Promise<string>): Passwords {
  const replyTo = async (call: PasswordCall) => {
    const reply = JSON.parse(await compute(JSON.stringify(call))) as PasswordReply;
    if (reply.reply === "overloaded") throw new Overloaded(reply.seconds);
    return reply;
  };
  return {
    async verify(password, passwordHash, behalf = OPERATOR) {
      return (await replyTo({ call: "verify_password", password, passwordHash, ...behalf })).reply as Verdict;
    },
    async hash(password, salt, behalf = OPERATOR) {
      const reply = await replyTo({ call: "hash_password", password, salt, ...behalf });
      return (reply as { passwordHash: string }).passwordHash;
    },
  };
}

/** Returns passwords that are opened by the first call, and again after that failed. */
export function opened(open: () => Promise<Passwords>): Passwords {
  const get = lazy(open);
  return {
    verify: async (...call) => (await get()).verify(...call),
    hash: async (...call) => (await get()).hash(...call),
  };
}
