import { requireOptions, requireType } from "../core/check.js";
import { type ConfiguredCore, type Core, FAILURES, type Failure } from "../core/core.js";
import { decide, type RawRequest, type RawResponse } from "../core/decide.js";
import { ENTROPY_LENGTH, isTime, randomBytes } from "../core/entropy.js";
import type { Passwords } from "../core/passwords.js";
import { type Settings, SettingsError } from "../core/settings.js";
import type { OperationName, ProductName, SessionAnswer, SignedOnUser } from "../core/wire.js";
import { answerBy, type OnError } from "../storage/answer.js";
import type { Storage } from "../storage/contract.js";
import type { OnEvent } from "../storage/event.js";
import type { Limits } from "../storage/limit.js";
import type { StorageFor } from "../storage/operation.js";
import { type RefusalsBy, sampled } from "../storage/refusals.js";
import { Deadline } from "./deadline.js";
import { checkOptions, checkStorage } from "./options.js";
import { warnOnce } from "./warning.js";

/** The parts of a service, besides the core. */
export interface ServiceOptions<Name extends OperationName = OperationName> extends Settings {
  /** Keeps companies, keys, users, tokens, codes and products, as far as the operations need them. */
  storage: StorageFor<NoInfer<Name>>;
  operations?: readonly Name[] | undefined;
  /** The path below which the operations are served, for example `/sso`. Default: none. */
  basePath?: string | undefined;
  /** Hashes passwords. Default: on threads, one pool for the process, in Node, Deno and Bun; else in the wasm. */
  passwords?: Passwords | undefined;
  /**
   * The time that a request may take, its body included, in milliseconds, from 1 to 600000. A call that the storage, or what hashes, has not
   * answered by then counts as failed: the client gets 503, and `onError` a `DeadlineError`; a body that has not come, 400. Default 10000.
   */
  deadline?: number | undefined;
  /**
   * The most attempts that count in a time: `direct` sign-ins by address and user, sign-ons to users who are managed locally (`local`)
   * by key and user, `replacement`s of passwords by user, and sign-ons by key (`sign_on`). The storage counts them. Default: none.
   */
  limits?: Limits | undefined;
  /** The time in milliseconds since 1970, an integer. Where it steps back, the last time holds until it is reached again. Default `Date.now`. */
  now?: (() => number) | undefined;
  /** That many random bytes, fit for secrets. Default `crypto.getRandomValues`. */
  random?: ((length: number) => Uint8Array) | undefined;
  /**
   * Told of errors of the storage and of this package; clients never see them. Default: the first of each kind is warned of on the
   * console, without its message.
   */
  onError?: OnError | undefined;
  /** Told of each event: who was given a token or a code, and who was refused. What it throws is told to `onError`. */
  onEvent?: OnEvent | undefined;
}

/** The tokens that are accepted. */
export interface SessionOptions {
  /** The product for which a token must be valid; `null` for a token of any. */
  product: ProductName | null;
  /** The token, for example from a cookie. Default: that of the header `Authorization: Bearer`. */
  token?: string | undefined;
}

const DEADLINE = 10_000;
const NEEDED = "`requireSession` needs `product`: the one that a token must be valid for, or `null` for any";

/** A failure of an adapter that leaves no request for the core: none can be read, or this side has failed. */
export type AdapterFailure = Exclude<Failure, "overloaded" | "storage_unavailable">;

/** The rules of one server, for the adapter of a runtime. */
export interface Service {
  /** The most bytes of a body that are read. */
  readonly bodyLimit: number;
  /** Returns whether an operation is served at the path. */
  isServed(path: string): boolean;
  /** Returns the operation that is served at the path, if there is one. */
  operationAt(path: string): OperationName | undefined;
  /**
   * Reads a request and answers it, both within its deadline. Resolves to nothing where `read` does: the client broke off. Rejects with
   * what `read` does, and never else.
   */
  answer(read: Read): Promise<RawResponse | undefined>;
  /** Returns the holder of the token, or the answer to a token that is not accepted. Rejects with a `SettingsError`. */
  findHolder(
    authorization: readonly string[],
    options: SessionOptions,
  ): Promise<{ holder: SignedOnUser } | { answer: RawResponse }>;
  /** The answers to failures, ready before they are needed: to have one cannot fail. */
  readonly failures: Readonly<Record<AdapterFailure, RawResponse>>;
  /** The hook, unable to change an answer by throwing. */
  readonly onError: OnError;
  /** Stores the refusals that are kept back, within 2 s. It never rejects. */
  flush(): Promise<void>;
}

/** Reads a request; `over` resolves when nobody waits for it any more. */
export type Read = (over: Promise<void>) => Promise<RawRequest | undefined>;

/**
 * Returns the service that a runtime's adapter converts requests for.
 *
 * Throws a `SettingsError` if the core refuses the settings, or if an option is unknown, missing or not what it must be. `refusalsBy` says
 * what becomes of refusals where the storage keeps them.
 */
export function createService<Name extends OperationName>(
  core: Core,
  options: ServiceOptions<Name>,
  refusalsBy: RefusalsBy = sampled,
): Service {
  checkOptions(options);
  const { passwords = core.passwords, now = Date.now, random = randomBytes, basePath = "", deadline = DEADLINE } = options;
  const { products, tokenLifetime, codeLifetime, company, legacyStatus, operations } = options;
  const settings: Settings = { products, tokenLifetime, codeLifetime, company, operations };
  const configured = core.configure({ ...settings, legacyStatus });
  checkStorage(options.storage, configured.operations, options.limits);
  const answers = FAILURES.map((failure) => [failure, configured.failure(failure)]);
  const failures = Object.fromEntries(answers) as Service["failures"];
  const time = neverBack(now);
  const onError = quiet(options.onError ?? warnOnce);
  const storage = options.storage as Storage;
  const refusals = storage.audit && refusalsBy(async (event) => storage.audit?.(event), onError);
  const answerCall = answerBy(storage, { passwords, refusals, onEvent: options.onEvent, limits: options.limits }, onError);
  const base = basePath.replace(/\/$/, "");
  const local = (path: string) => (path.startsWith(`${base}/`) ? path.slice(base.length) : "");
  /** Returns what answers by a configured core, and never rejects. */
  const answering = (by: ConfiguredCore) => {
    const internal = by.failure("internal");
    return async (request: RawRequest, timer: Deadline) => {
      try {
        requireSource(request.source);
        const moment = { now: time(), entropy: random(ENTROPY_LENGTH) };
        return await decide(by, request, moment, timer.bound(answerCall, onError));
      } catch (error) {
        onError(error, undefined);
        return internal;
      }
    };
  };
  const answerByOptions = answering(configured);
  // A status of 200 would let a token pass that is not accepted.
  const answerByStatus = answering(core.configure(settings));
  const session = configured.operations.find(({ name }) => name === "session");
  /** Lends a timer to `use`. */
  const timed = async <Result>(use: (timer: Deadline) => Promise<Result>): Promise<Result> => {
    const timer = new Deadline(deadline);
    return use(timer).finally(() => timer.clear());
  };
  return {
    bodyLimit: core.bodyLimit,
    failures,
    onError,
    isServed: (path) => configured.isServed(local(path)),
    operationAt: (path) => configured.operations.find((operation) => operation.path === local(path))?.name,
    answer: (read) =>
      timed(async (timer) => {
        const request = await timer.reading(read);
        // Who does not send is answered as who sends what cannot be read.
        if (request === "late") return failures.malformed_request;
        return request && answerByOptions({ ...request, path: local(request.path) }, timer);
      }),
    flush: async () => refusals?.flush(),
    async findHolder(authorization, options) {
      if (session === undefined) throw new SettingsError("`requireSession` needs `session` among the `operations`");
      requireOptions(options, ["product", "token"], NEEDED);
      const { product, token } = options;
      if (product !== null && typeof product !== "string") throw new SettingsError(NEEDED);
      requireType("token", "string", token);
      const request: RawRequest = {
        method: "GET",
        path: session.path,
        query: new TextEncoder().encode(product === null ? "" : `${new URLSearchParams({ product })}`),
        contentType: undefined,
        contentEncoding: [],
        authorization: token === undefined ? authorization : [`Bearer ${token}`],
        body: new Uint8Array(),
        source: undefined,
      };
      const answer = await timed((timer) => answerByStatus(request, timer));
      const body = JSON.parse(answer.body) as SessionAnswer;
      if (body.stat === "ok") return { holder: body.return };
      // The product alone is a field here, and it is not the client's.
      if (body.error.name === "missing_parameter" || body.error.name === "invalid_parameter") {
        throw new SettingsError(body.error.details);
      }
      return { answer };
    },
  };
}

/** Throws a `SettingsError` if the option `source` gave neither an address nor nothing. */
function requireSource(source: unknown): void {
  if (source == null || typeof source === "string") return;
  // Nobody else hears of its failure.
  Promise.resolve(source).catch(() => {});
  throw new SettingsError("`source` must give a string or nothing, at once: no promise");
}

/** Returns the clock as one that stands still while it would go back: what has expired does not come back. */
function neverBack(now: () => number): () => number {
  let latest = Number.NEGATIVE_INFINITY;
  return () => {
    const time = now();
    // What is not a time is refused by whoever asked, and forgotten.
    if (!isTime(time)) return time;
    latest = Math.max(latest, time);
    return latest;
  };
}

/** Returns the hook, made unable to change an answer, or to end the process, by throwing or rejecting. */
function quiet(onError: OnError): OnError {
  // Whoever listens for errors has one of their own; the answer matters more, and does not wait for them.
  return (error, call) => void (async () => onError(error, call))().catch(() => {});
}
