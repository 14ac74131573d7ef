import type { Core, Failure } from "../core/core.js";
import { decide, type RawRequest, type RawResponse } from "../core/decide.js";
import { ENTROPY_LENGTH, randomBytes } from "../core/entropy.js";
import type { Passwords } from "../core/passwords.js";
import type { Settings } from "../core/settings.js";
import { answerBy, type OnError } from "../storage/answer.js";
import type { Storage } from "../storage/contract.js";

/** The parts of a service, besides the core. */
export interface ServiceOptions extends Settings {
  /** Keeps companies, keys, users, tokens, codes and products. */
  storage: Storage;
  /** Hashes passwords. Default: on threads, one pool for the process, in Node, Deno and Bun; else in the wasm. */
  passwords?: Passwords;
  /** The time in milliseconds since 1970, an integer. Default `Date.now`. */
  now?: () => number;
  /** That many random bytes, fit for secrets. Default `crypto.getRandomValues`. */
  random?: (length: number) => Uint8Array;
  /** Told of errors of the storage and of this package; clients never see them. Default: nobody is told. */
  onError?: OnError;
}

/** The failures of an adapter that leave no request for the core: none can be read, or this side has failed. */
const ADAPTERS = ["internal", "malformed_request", "method_not_allowed", "too_large"] as const satisfies Failure[];
export type AdapterFailure = (typeof ADAPTERS)[number];

/** The rules of one server, for the adapter of a runtime. */
export interface Service {
  /** The most bytes of a body that are read. */
  readonly bodyLimit: number;
  /** Answers a raw request. It never rejects. */
  answer(request: RawRequest): Promise<RawResponse>;
  /** The answers to failures, ready before they are needed: to have one cannot fail. */
  readonly failures: Readonly<Record<AdapterFailure, RawResponse>>;
}

/**
 * Returns the service that a runtime's adapter converts requests for.
 *
 * Throws a `SettingsError` if the core refuses the settings.
 */
export function createService(core: Core, options: ServiceOptions): Service {
  const { storage, passwords = core.passwords, now = Date.now, random = randomBytes } = options;
  const { products, tokenLifetime, codeLifetime, company, legacyStatus } = options;
  const configured = core.configure({ products, tokenLifetime, codeLifetime, company, legacyStatus });
  const answers = ADAPTERS.map((failure) => [failure, configured.failure(failure)]);
  const failures = Object.fromEntries(answers) as Service["failures"];
  const onError = quiet(options.onError);
  const answerCall = answerBy(storage, { passwords }, onError);
  return {
    bodyLimit: core.bodyLimit,
    failures,
    async answer(request) {
      try {
        return await decide(configured, request, { now: now(), entropy: random(ENTROPY_LENGTH) }, answerCall);
      } catch (error) {
        onError(error, undefined);
        return failures.internal;
      }
    },
  };
}

/** Returns the hook, made unable to change an answer by throwing. */
export function quiet(onError: OnError = () => {}): OnError {
  return (error, call) => {
    try {
      onError(error, call);
    } catch {
      // Whoever listens for errors has one of their own; the answer matters more.
    }
  };
}
