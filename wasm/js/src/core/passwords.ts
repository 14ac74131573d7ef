import { isWithin } from "./check.js";
import type { Client } from "./decide.js";
import { lazy } from "./lazy.js";
import type { Behalf, Call, Reply } from "./wire.js";

/** The outcome of comparing a password with a stored hash; `unreadable` if the hash is of a different kind or out of bounds. */
export type Verdict = "match" | "no_match" | "unreadable";

/** On whose behalf a hash is computed, and the client that waits for it; the operator is none. */
export interface HashContext extends Behalf, Partial<Client> {}

/**
 * Computes Argon2id. A host's own is given as the option `passwords`. Either method may reject: with
 * {@link Overloaded} the client is told to come back, with anything else it gets 503. `context` is always given for a
 * request; the answer does not depend on it.
 */
export interface Passwords {
  /**
   * Compares in constant time. A hash that is not an Argon2id PHC string, or asks for more than m=65536 KiB, t=10 or p=4, is
   * `unreadable`, and that before any memory is taken.
   */
  verify(password: string, passwordHash: string, context?: HashContext): Promise<Verdict>;
  /** The PHC string of Argon2id with m=19456 KiB, t=2, p=1 and a tag of 32 bytes. `salt` is 16 bytes as hexadecimal digits. */
  hash(password: string, salt: string, context?: HashContext): Promise<string>;
}

const MOST_SECONDS = 0xffff_ffff;

/** A hash cannot be had now. The client gets 503 `overloaded`, and is told by `Retry-After` when to come back. */
export class Overloaded extends Error {
  override name = "Overloaded";
  /** The seconds to wait, an integer from 0 to 4294967295. */
  readonly seconds: number;

  /** Throws a `RangeError` if the seconds are not such an integer. */
  constructor(seconds = 1) {
    if (!isWithin(seconds, 0, MOST_SECONDS)) throw new RangeError(`the seconds must be an integer from 0 to ${MOST_SECONDS}`);
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

/**
 * Answers a call that hashes. Rejects with what `passwords` did, unless that is {@link Overloaded}, or the client is gone, who gets
 * no answer.
 */
export async function answerPassword(
  passwords: Passwords,
  call: PasswordCall,
  client: Client | undefined,
): Promise<PasswordReply> {
  const { keyed, companyId } = call;
  const context: HashContext = { keyed, companyId, ...client };
  try {
    return call.call === "verify_password"
      ? { reply: await passwords.verify(call.password, call.passwordHash, context) }
      : { reply: "hashed", passwordHash: phcIn(await passwords.hash(call.password, call.salt, context)) };
  } catch (error) {
    if (isOverloaded(error)) return { reply: "overloaded", seconds: error.seconds };
    if (client?.signal?.aborted) return { reply: "overloaded", seconds: 1 };
    throw error;
  }
}

/** Returns the hash, or what the core finds unfit: it takes every text for one, and what is stored has at most 255 characters. */
function phcIn(hash: string): string {
  return /^\$[!-~]{0,254}$/.test(hash) ? hash : (null as unknown as string);
}

/** A hash to compute: the method of `Argon2id`, the password, and the stored hash or the salt. */
export type HashCall = ["verify" | "hash", password: string, other: string];

/** Throws a `TypeError` unless these can be hashed. Half a surrogate pair has no bytes, and would become what a different one becomes. */
export function requireHashCall([method, password, other]: HashCall): void {
  if (![password, other].every((text) => typeof text === "string" && text.isWellFormed()))
    throw new TypeError("a password, and a hash, is a well-formed string");
  const { length } = new TextEncoder().encode(password);
  if (length < 1 || length > 1024) throw new TypeError("a password has 1 to 1,024 bytes");
  if (method === "hash" && !/^[0-9a-f]{32}$/.test(other)) throw new TypeError("a salt is 16 bytes as hexadecimal digits");
}

/** Returns passwords by what computes Argon2id; `undefined` stands for too little memory. */
export function passwordsBy(
  compute: (call: HashCall, context: HashContext | undefined) => Promise<string | undefined>,
): Passwords {
  const computed = async (call: HashCall, context: HashContext | undefined) => {
    requireHashCall(call);
    const answer = await compute(call, context);
    if (answer === undefined) throw new Overloaded();
    return answer;
  };
  return {
    verify: (password, passwordHash, context) => computed(["verify", password, passwordHash], context) as Promise<Verdict>,
    hash: (password, salt, context) => computed(["hash", password, salt], context),
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
