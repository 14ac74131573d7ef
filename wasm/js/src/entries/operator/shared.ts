// The exports of every entry of `ssokey/operator` that need no wasm.

export { HostFaultError } from "../../core/error.js";
export { LateError } from "../../core/late.js";
export type {
  ConfiguredOperatorCore,
  OperatorCore,
  OperatorSettings,
} from "../../core/operator-core.js";
export { Overloaded, type Passwords, type Verdict } from "../../core/passwords.js";
export { SettingsError } from "../../core/settings.js";
export type * from "../../core/wire.js";
export { OperatorError } from "../../operator/error.js";
export type { OperatorOptions } from "../../operator/run.js";
export type { Found, OperatorStorage } from "../../storage/contract.js";
export type { OnEvent } from "../../storage/event.js";
