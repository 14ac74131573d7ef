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

/** Told by its name: in a bundle the class may be there twice. */
function isOverloaded(error: unknown): error is Overloaded {
  return (Object(error) as { name?: unknown }).name === "Overloaded";
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
    if (isOverloaded(error)) return { reply: "overloaded", seconds: error.seconds };
    throw error;
  }
}

/** A hash to compute: the method of `Argon2id`, the password, and the stored hash or the salt. */
export type HashCall = ["verify" | "hash", password: string, other: string];

/** Returns passwords by what computes Argon2id; `undefined` stands for too little memory. */
export function passwordsBy(compute: (call: HashCall) => Promise<string | undefined>): Passwords {
  const computed = async (...call: HashCall) => {
    const answer = await compute(call);
    if (answer === undefined) throw new Overloaded();
    return answer;
  };
  return {
    verify: (password, passwordHash) => computed("verify", password, passwordHash) as Promise<Verdict>,
    hash: (password, salt) => computed("hash", password, salt),
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
