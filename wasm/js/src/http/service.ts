import type { Core } from "../core/core.js";
import { decide, type RawRequest, type RawResponse } from "../core/decide.js";
import { canonicalDomain } from "../core/domain.js";
import { ENTROPY_LENGTH, randomBytes } from "../core/entropy.js";
import type { Passwords } from "../core/passwords.js";
import { answerBy, type OnError } from "../storage/answer.js";
import type { Storage } from "../storage/contract.js";

/** What a service is made of, besides the core. */
export interface ServiceOptions {
  /** Where companies, keys, users, tokens, codes and products are kept. */
  storage: Storage;
  /** Where passwords are hashed. Default: on threads, one pool for the process, in Node, Deno and Bun; else in the wasm. */
  passwords?: Passwords;
  /** Sends every error with HTTP status 200, for clients whose stack hides the body of a 4xx. Default `false`. */
  legacyStatus?: boolean;
  /** The domain of the company that a direct sign-in means when it names none. Default: each has to name one. */
  company?: string;
  /** The time in milliseconds since 1970, an integer. Default `Date.now`. */
  now?: () => number;
  /** That many random bytes, fit for secrets. Default `crypto.getRandomValues`. */
  random?: (length: number) => Uint8Array;
  /** Told of errors of the storage and of this package; clients never see them. Default: nobody is told. */
  onError?: OnError;
}

/** Answers one raw request. It never rejects. */
export type Service = (request: RawRequest) => Promise<RawResponse>;

/**
 * The service that a runtime's adapter converts requests for.
 *
 * Throws a `TypeError` if the option `company` is no domain.
 */
export function createService(core: Core, options: ServiceOptions): Service {
  const { storage, passwords = core.passwords, legacyStatus = false, now = Date.now, random = randomBytes } = options;
  const onError = quiet(options.onError);
  const answer = answerBy(storage, { passwords }, onError);
  const settings = { legacyStatus, company: configuredCompany(core, options.company) };
  return async (request) => {
    try {
      return await decide(core, request, { now: now(), entropy: random(ENTROPY_LENGTH), ...settings }, answer);
    } catch (error) {
      onError(error, undefined);
      return internalFailure(legacyStatus);
    }
  };
}

function configuredCompany(core: Core, company: string | undefined): string | undefined {
  if (company === undefined) return undefined;
  const domain = canonicalDomain(core, company);
  if (domain === undefined) throw new TypeError("the option `company` is a domain such as `partner.example`");
  return domain;
}

/** The answer when this side failed and the core cannot say so any more. */
export function internalFailure(legacyStatus: boolean): RawResponse {
  return {
    status: legacyStatus ? 200 : 500,
    headers: [
      ["content-type", "application/json"],
      ["cache-control", "no-store"],
      ["referrer-policy", "no-referrer"],
      ["x-content-type-options", "nosniff"],
    ],
    body: JSON.stringify({
      error: { code: 5000, name: "internal", details: "the server is at fault" },
      status_code: 500,
      stat: "fail",
    }),
  };
}

/** The hook, made unable to change an answer by throwing. */
export function quiet(onError: OnError = () => {}): OnError {
  return (error, call) => {
    try {
      onError(error, call);
    } catch {
      // Whoever listens for errors has one of their own; the answer matters more.
    }
  };
}
