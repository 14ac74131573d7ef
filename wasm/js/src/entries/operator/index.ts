// The exports of every entry of `ssokey/operator`. An entry adds the loading of the wasm in its runtime, and nothing else.

export { HostFaultError } from "../../core/error.js";
export type {
  ConfiguredOperatorCore,
  OperatorCore,
  OperatorSettings,
} from "../../core/operator-core.js";
export { loadOperatorCore } from "../../core/operator-loader.js";
export { Overloaded, type Passwords, type Verdict } from "../../core/passwords.js";
export { SettingsError } from "../../core/settings.js";
export type * from "../../core/wire.js";
export { OperatorError } from "../../operator/error.js";
export * from "../../operator/operator.js";
export type { OperatorOptions } from "../../operator/run.js";
export type { Found, OperatorStorage } from "../../storage/contract.js";
