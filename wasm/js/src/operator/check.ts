import { requireDeadline, requireKnown, requireObject, requirePasswords, requireType } from "../core/check.js";
import type { OperatorStorage } from "../storage/contract.js";
import type { OperatorOptions } from "./run.js";

const OPTIONS: Record<keyof OperatorOptions, true> = {
  products: true,
  passwords: true,
  now: true,
  random: true,
  deadline: true,
  onEvent: true,
};

/** Throws a `SettingsError` if the storage is not one, or an option is unknown or not what it must be. */
export function checkOperator(storage: OperatorStorage, options: OperatorOptions): void {
  requireObject("the storage", storage, "such as `memoryStorage()` of `ssokey/memory`");
  requireObject("the options", options, "such as `{ products }`");
  requireKnown(Object.keys(options), Object.keys(OPTIONS));
  requirePasswords(options.passwords);
  requireType("now", "function", options.now);
  requireType("random", "function", options.random);
  requireType("onEvent", "function", options.onEvent);
  requireDeadline(options.deadline);
}
