// What answers the calls of a core, for hosts that put it together themselves: what is wrong with its parts is said at once.

import { requireObject, requirePasswords, requireType } from "../core/check.js";
import { SettingsError } from "../core/settings.js";
import { answerBy as answer } from "./answer.js";
import { requireLimits } from "./limit.js";
import { answerOperatorBy as answerOperator } from "./operator-answer.js";

/**
 * Answers the calls of a request: storage calls by `storage`, calls that hash by `passwords`, which a core has as well.
 * What either rejects with is told to `onError`, and the call answered as failed. A reply that does not fit its call is told as a
 * `HostFaultError`.
 *
 * Throws a `SettingsError` if the storage, a part or `onError` is missing or not what it must be.
 */
export const answerBy: typeof answer = (storage, parts, onError) => {
  requireParts(storage, parts);
  requireType("onEvent", "function", parts.onEvent);
  requireLimits(parts.limits);
  if (typeof onError !== "function") throw new SettingsError("`onError` must be a function");
  return answer(storage, parts, onError);
};

/**
 * Answers the calls of an operator's command: those that hash by `passwords`, all others by `storage`. It rejects with
 * whatever they do.
 *
 * Throws a `SettingsError` if either is missing or not what it must be.
 */
export const answerOperatorBy: typeof answerOperator = (storage, parts) => {
  requireParts(storage, parts);
  return answerOperator(storage, parts);
};

function requireParts(storage: unknown, parts: unknown): void {
  requireObject("the storage", storage, "such as `memoryStorage()` of `ssokey/memory`");
  requireObject("the parts", parts, "such as a core, which has `passwords`");
  const { passwords } = parts as { passwords?: unknown };
  requireObject("`passwords`", passwords, "such as those of a core");
  requirePasswords(passwords);
}
