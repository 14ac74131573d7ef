import { requireKnown } from "./check.js";
import type { Moment, RawRequest, RawResponse } from "./decide.js";
import { requireMoment } from "./entropy.js";
import { type Decision, type InstanceBindings, instanceOver } from "./instance.js";
import { jsonOfHead } from "./json.js";
import { Overloaded, type Passwords } from "./passwords.js";
import type { Settings } from "./settings.js";
import type { Operation } from "./wire.js";

/** A failure that has no request which the core could answer: of this side, or of what cannot be read as a request. */
export type Failure = (typeof FAILURES)[number];

export const FAILURES = [
  "internal",
  "malformed_request",
  "method_not_allowed",
  "overloaded",
  "storage_unavailable",
  "too_large",
] as const;

/** The core, as an instance of the wasm offers it. What takes a text throws a `TypeError` if that is not a string. */
export interface Core {
  /**
   * Returns the rules of a server that is set up like this.
   *
   * Throws a `SettingsError` if the core refuses the settings.
   */
  configure(settings: Settings): ConfiguredCore;
  /** The most bytes that a body may have. */
  readonly bodyLimit: number;
  /** Argon2id where this entry of the package computes it: on threads in Node, Deno and Bun, else in the wasm. */
  readonly passwords: Passwords;
  /** Returns the SHA-256 digest of the text's UTF-8 bytes, as 64 lower-case hexadecimal digits. */
  digest(text: string): string;
  /** Returns the address in lower case, or `undefined` if it is not one that the format accepts. */
  canonicalEmail(text: string): string | undefined;
  /** Returns the domain in lower case, or `undefined` if it is not one that the format accepts. */
  canonicalDomain(text: string): string | undefined;
  /** Returns whether the format accepts the text as a password. */
  isValidPassword(text: string): boolean;
  /** Returns whether users of a product may be launched to this URL. */
  isLaunchUrl(text: string): boolean;
}

/** The core under the settings of one server. */
export interface ConfiguredCore {
  /** Begins to decide a request. Throws a `SettingsError` or a `TypeError` if the moment or the request is none. */
  begin(request: RawRequest, moment: Moment): Decision;
  /**
   * Returns the answer to a failure. `seconds` is when to come back after `overloaded`, from 0 to 4294967295; 1 unless given.
   *
   * Throws a `SettingsError` that names the failures if it is none, and a `RangeError` if the seconds are not such an integer.
   */
  failure(failure: Failure, seconds?: number): RawResponse;
  /** Returns whether an operation is served at the path. */
  isServed(path: string): boolean;
  /** The operations that are served. */
  readonly operations: readonly Operation[];
}

/** The module for requests as wasm-bindgen gives it, once it is instantiated. */
export interface Bindings<Checked>
  extends InstanceBindings<Checked>,
    Pick<Core, "digest" | "canonicalEmail" | "canonicalDomain" | "isValidPassword" | "isLaunchUrl"> {
  Decision: new (
    head: string,
    query: Uint8Array,
    body: Uint8Array | undefined,
    entropy: Uint8Array,
    settings: Checked,
  ) => Decision;
  failure(failure: string, settings: Checked, seconds?: number): string;
  isServed(path: string, settings: Checked): boolean;
  operations(settings: Checked): string;
  bodyLimit(): number;
}

/** Returns the core over bindings that are ready, but for where it hashes. `replace` puts a new instance behind them. */
export function coreOver<Checked>(bindings: Bindings<Checked>, replace: () => void): Omit<Core, "passwords"> {
  const { use, ofText, begin, checked } = instanceOver(bindings, replace);
  return {
    configure(settings) {
      const current = checked(settings);
      return {
        begin: (request, moment) => {
          const { now, entropy } = requireMoment(moment);
          const { query, body } = request;
          const bytes = body === "too_large" ? undefined : body;
          return begin(() => new bindings.Decision(headOf(request, now), query, bytes, entropy, current()));
        },
        failure: (failure, given) => {
          const name = String(failure);
          requireKnown([name], FAILURES, "failure");
          const { seconds } = new Overloaded(given);
          return JSON.parse(use(() => bindings.failure(name, current(), seconds))) as RawResponse;
        },
        isServed: ofText((path) => bindings.isServed(path, current())),
        operations: JSON.parse(use(() => bindings.operations(current()))) as Operation[],
      };
    },
    bodyLimit: use(() => bindings.bodyLimit()),
    digest: ofText(bindings.digest),
    canonicalEmail: ofText(bindings.canonicalEmail),
    canonicalDomain: ofText(bindings.canonicalDomain),
    isValidPassword: ofText(bindings.isValidPassword),
    isLaunchUrl: ofText(bindings.isLaunchUrl),
  };
}

function headOf(request: RawRequest, now: number): string {
  const { method, path, contentType = null, authorization, contentEncoding, source = null } = request;
  return jsonOfHead({ method, path, contentType, authorization, contentEncoding, source, now });
}
