import type { Answerer } from "../core/decide.js";
import { HostFaultError, OwnError } from "../core/error.js";
import { answerPassword, type Passwords } from "../core/passwords.js";
import type { Call, CallName } from "../core/wire.js";
import type { Storage } from "./contract.js";
import { eventOf, type OnEvent, safely } from "./event.js";
import type { Limits } from "./limit.js";
import type { Refusals } from "./refusals.js";
import {
  type Answers,
  answerFrom,
  companyOrNone,
  DONE,
  isPasswordCall,
  NONE,
  type SharedCallName,
  sharedAnswers,
} from "./shared-answer.js";

/**
 * Told of an error that a client sees only as 500 or 503, or of a stored hash that cannot be read, and of the call that it
 * struck, if any.
 */
export type OnError = (error: unknown, call: CallName | undefined) => unknown;

/** A stored hash that cannot be read: no password matches it. The user's next sign-on replaces it. It tells no value. */
export class UnreadableHashError extends OwnError {
  override readonly name = "UnreadableHashError";
  readonly companyId: number | null;

  constructor(companyId: number | null) {
    super(`a user of company ${companyId} has a password hash that cannot be read; count such with \`ssokey user hashes\``);
    this.companyId = companyId;
  }
}

/** What answers the calls of a request besides the storage. */
export interface AnswerParts {
  passwords: Passwords;
  /** Takes the events that come with no write. Default: the storage. */
  refusals?: Refusals | undefined;
  onEvent?: OnEvent | undefined;
  /** The limits by which the storage counts attempts. */
  limits?: Limits | undefined;
}

/**
 * Answers the calls of a request: storage calls by `storage`, calls that hash by `passwords`, which a core has as well.
 * What either rejects with is told to `onError`, and the call answered as failed. A reply that does not fit its call is told as a
 * {@link HostFaultError}.
 */
export function answerBy(
  storage: Storage,
  { passwords, refusals, onEvent, limits = {} }: AnswerParts,
  onError: OnError,
): Answerer {
  const requestAnswers = requestAnswersBy(limits, refusals);
  const tell = safely(onEvent, onError);
  return async (call, client) => {
    const fault = faultIn(call);
    if (fault !== undefined) onError(fault, fault.call);
    // A refusal is one, whatever becomes of its row.
    if (call.call === "audit") tell(call.event);
    try {
      if (isPasswordCall(call)) {
        const reply = await answerPassword(passwords, call, client);
        if (reply.reply === "unreadable") onError(new UnreadableHashError(call.companyId), call.call);
        return reply;
      }
      // A request leads to no operator's call; if it did, it would fail here.
      const reply = await answerFrom(requestAnswers, storage, call as Call<RequestCallName>);
      if (call.call !== "audit") tell(eventOf(call, reply));
      return reply;
    } catch (error) {
      onError(error, call.call);
      return { reply: "failed" };
    }
  };
}

/** Returns the fault of the host that the call tells of, if it does. */
export function faultIn(call: Call): HostFaultError | undefined {
  if (call.call !== "audit" || call.event.kind !== "host_fault") return undefined;
  const { fault } = call.event;
  // The core takes every string, of which those that are none were kept from it.
  const expected = fault.member === "passwordHash" ? "a PHC string" : fault.expected;
  return new HostFaultError({ ...fault, expected });
}

export type RequestCallName =
  | SharedCallName
  | "admit"
  | "give_back"
  | "find_key"
  | "find_company"
  | "find_product"
  | "replace_password"
  | "rehash_password"
  | "save_token"
  | "save_code"
  | "find_token"
  | "take_code"
  | "revoke_token";

const requestAnswersBy = (limits: Limits, refusals: Refusals | undefined): Answers<Storage, RequestCallName> => ({
  ...sharedAnswers,
  async audit(storage, { event }) {
    await (refusals ? refusals.add(event) : storage.audit?.(event));
    return DONE;
  },
  async admit(storage, { call: _, ...attempt }) {
    const refusal = await storage.admit?.(attempt, limits[attempt.purpose]);
    return refusal == null ? { reply: "admitted" } : { reply: "retry_after", seconds: refusal.retryAfter };
  },
  async give_back(storage, { call: _, ...attempt }) {
    await storage.giveBack?.(attempt, limits[attempt.purpose]);
    return DONE;
  },
  async find_key(storage, { digest }) {
    const found = await storage.findKey(digest);
    return found == null ? NONE : { reply: "key", key: found.key, company: found.company };
  },
  async find_company(storage, { domain }) {
    return companyOrNone(await storage.findCompany(domain));
  },
  async find_product(storage, { name }) {
    const product = await storage.findProduct(name);
    return product == null ? NONE : { reply: "product", product };
  },
  async replace_password(storage, { call: _, ...swap }) {
    const version = await storage.replacePassword(swap);
    return version === "stale" ? { reply: "stale" } : { reply: "replaced", credentialVersion: version };
  },
  async rehash_password(storage, { call: _, ...swap }) {
    return { reply: await storage.rehashPassword(swap) };
  },
  async save_token(storage, { token, event }) {
    await storage.saveToken(token, event);
    return DONE;
  },
  async save_code(storage, { code, event }) {
    await storage.saveCode(code, event);
    return DONE;
  },
  async find_token(storage, { digest }) {
    const found = await storage.findToken(digest);
    return found == null ? NONE : { reply: "token", token: found.token, holder: found.holder };
  },
  async take_code(storage, { digest }) {
    const taken = await storage.takeCode(digest);
    return taken == null ? NONE : { reply: "code", code: taken.code, holder: taken.holder };
  },
  async revoke_token(storage, { digest }) {
    await storage.revokeToken(digest);
    return DONE;
  },
});
