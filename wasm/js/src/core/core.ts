import type { Moment, RawRequest, RawResponse } from "./decide.js";
import { type Decision, type InstanceBindings, instanceOver } from "./instance.js";
import { jsonOfHead } from "./json.js";
import type { Passwords } from "./passwords.js";
import type { Settings } from "./settings.js";
import type { Operation } from "./wire.js";

/** A failure that has no request which the core could answer: of this side, or of what cannot be read as a request. */
export type Failure =
  | "internal"
  | "malformed_request"
  | "method_not_allowed"
  | "overloaded"
  | "storage_unavailable"
  | "too_large";

/** The core, as an instance of the wasm offers it. */
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
  /** Begins to decide a request. */
  begin(request: RawRequest, moment: Moment): Decision;
  /** Returns the answer to a failure. `seconds` is when to come back after `overloaded`, 1 unless given. */
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
  const { use, begin, checked } = instanceOver(bindings, replace);
  return {
    configure(settings) {
      const current = checked(settings);
      return {
        begin: (request, { now, entropy }) => {
          const { query, body } = request;
          const bytes = body === "too_large" ? undefined : body;
          return begin(() => new bindings.Decision(headOf(request, now), query, bytes, entropy, current()));
        },
        failure: (failure, seconds) => JSON.parse(use(() => bindings.failure(failure, current(), seconds))) as RawResponse,
        isServed: (path) => use(() => bindings.isServed(path, current())),
        operations: JSON.parse(use(() => bindings.operations(current()))) as Operation[],
      };
    },
    bodyLimit: use(() => bindings.bodyLimit()),
    digest: (text) => use(() => bindings.digest(text)),
    canonicalEmail: (text) => use(() => bindings.canonicalEmail(text)),
    canonicalDomain: (text) => use(() => bindings.canonicalDomain(text)),
    isValidPassword: (text) => use(() => bindings.isValidPassword(text)),
    isLaunchUrl: (text) => use(() => bindings.isLaunchUrl(text)),
  };
}

function headOf(request: RawRequest, now: number): string {
  const { method, path, contentType = null, authorization, contentEncoding, source = null } = request;
  return jsonOfHead({ method, path, contentType, authorization, contentEncoding, source, now });
}
