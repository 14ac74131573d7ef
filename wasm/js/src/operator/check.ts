import { requireDeadline, requireObject, requireOptions, requirePasswords, requirePlain, requireType } from "../core/check.js";
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

/** Throws a `SettingsError` if the storage is not one, the members are no object, or an option is unknown or not what it must be. */
export function checkOperator(storage: OperatorStorage, members: unknown, options: OperatorOptions): void {
  requireObject("the storage", storage, "such as `memoryStorage()` of `ssokey/memory`");
  // What else is wrong with members the core says.
  if (members !== undefined) requirePlain("the members", members, "such as `{ companyEmail }`");
  requireOptions(options, Object.keys(OPTIONS), "such as `{ products }`");
  requirePasswords(options.passwords);
  requireType("now", "function", options.now);
  requireType("random", "function", options.random);
  requireType("onEvent", "function", options.onEvent);
  requireDeadline(options.deadline);
}
