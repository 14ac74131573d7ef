// The exports of every entry of `ssokey/operator`, and their types. An entry puts functions in the place of those here, which have
// no wasm, by the way in which its runtime loads that.

import type { OperatorCore } from "../../core/operator-core.js";

export { HostFaultError } from "../../core/error.js";
export type {
  ConfiguredOperatorCore,
  OperatorCore,
  OperatorSettings,
} from "../../core/operator-core.js";
export { Overloaded, type Passwords, type Verdict } from "../../core/passwords.js";
export { SettingsError } from "../../core/settings.js";
export type * from "../../core/wire.js";
export { OperatorError } from "../../operator/error.js";
export * from "../../operator/operator.js";
export type { OperatorOptions } from "../../operator/run.js";
export type { Found, OperatorStorage } from "../../storage/contract.js";

/** Returns the operator's core of this program, instantiated on first use. After a failure it is loaded anew. */
export declare const loadOperatorCore: () => Promise<OperatorCore>;
