// The exports of every entry of the package, and their types. What needs the wasm is declared here; an entry defines it by the
// way in which its runtime loads that, and adds nothing else.

import type { Core } from "../core/core.js";
import type { CreateHandler } from "../http/create.js";

export type { ConfiguredCore, Core, Failure } from "../core/core.js";
export { HostFaultError } from "../core/error.js";
export { type HashContext, Overloaded, type Passwords, type Verdict } from "../core/passwords.js";
export { type Settings, SettingsError } from "../core/settings.js";
export type * from "../core/wire.js";
export { DeadlineError } from "../http/deadline.js";
export type { Handler, HandlerOptions } from "../http/handler.js";
export type { ServiceOptions, SessionOptions } from "../http/service.js";
export { type OnError, UnreadableHashError } from "../storage/answer.js";
export type {
  CodeWithHolder,
  Found,
  KeyWithCompany,
  OperatorStorage,
  Storage,
  TokenWithHolder,
} from "../storage/contract.js";
export type { OnEvent } from "../storage/event.js";
export type { Limit, Limits } from "../storage/limit.js";
export type { StorageFor } from "../storage/operation.js";

/**
 * Returns the handler of the format over your storage: a request in, the documented JSON out.
 *
 * ```js
 * const handler = await createHandler({ storage: memoryStorage() });
 * const response = await handler(new Request("http://localhost/api/sso/authenticate?email=…"));
 * ```
 *
 * Rejects if the wasm cannot be loaded, and with a {@link SettingsError}, which names the option, if one is unknown, missing or refused.
 * The handler itself never does: whatever fails is answered with an error of the format, and told to `onError`.
 */
export declare const createHandler: CreateHandler;

/** Returns the core of this program, instantiated on first use. After a failure it is loaded anew by the next who asks. */
export declare const loadCore: () => Promise<Core>;
