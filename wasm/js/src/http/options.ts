// What can be wrong with options before any request has come.

import {
  hasMethods,
  quoted,
  requireDeadline,
  requireObject,
  requireOptions,
  requirePasswords,
  requireType,
} from "../core/check.js";
import { SettingsError } from "../core/settings.js";
import type { Operation } from "../core/wire.js";
import { type Limits, requireLimits } from "../storage/limit.js";
import { methodOf } from "../storage/operation.js";
import type { HandlerOptions } from "./handler.js";

/** The type of each option that is checked by that; the core checks the settings. */
const OPTIONS: Record<keyof HandlerOptions, "function" | "string" | ""> = {
  storage: "",
  operations: "",
  basePath: "string",
  products: "",
  tokenLifetime: "",
  codeLifetime: "",
  company: "",
  legacyStatus: "",
  passwords: "",
  limits: "",
  source: "function",
  onError: "function",
  onEvent: "function",
  deadline: "",
  now: "function",
  random: "function",
};
/** The methods that a storage may lack, and the calls that are not put to it. */
const NOT_NEEDED = ["admit", "give_back", "audit", "verify_password", "hash_password"];

/** Throws a `SettingsError` if an option is unknown, missing or not of its type. */
export function checkOptions(options: object): void {
  requireOptions(options, Object.keys(OPTIONS), "such as `{ storage }`");
  const given = options as Record<string, unknown>;
  requireObject("`storage`", given["storage"], "such as `memoryStorage()` of `ssokey/memory`");
  for (const [name, type] of Object.entries(OPTIONS)) {
    if (type !== "") requireType(name, type, given[name]);
  }
  requirePasswords(given["passwords"]);
  requireDeadline(given["deadline"]);
  requireLimits(given["limits"]);
  const basePath = String(given["basePath"] ?? "");
  // Clients send a path as URLs have it; no request would ever match another.
  if (!/^(\/[^/?#\s]+)*\/?$/.test(basePath) || new URL(`http://localhost${basePath}`).pathname !== (basePath || "/")) {
    throw new SettingsError("`basePath` must be a path such as `/sso`, written as in a URL");
  }
}

/** Throws a `SettingsError` if the storage lacks a method that an operation, or a limit, needs. */
export function checkStorage(storage: object, operations: readonly Operation[], limits: Limits = {}): void {
  const isLacking = (call: string) => !NOT_NEEDED.includes(call) && !hasMethods(storage, methodOf(call));
  const inNeed = operations.filter(({ calls }) => calls.some(isLacking));
  if (inNeed.length > 0) {
    const lacking = new Set(inNeed.flatMap(({ calls }) => calls.filter(isLacking)));
    throw new SettingsError(
      `\`storage\` has no method ${quoted([...lacking].map(methodOf))}, which ${quoted(inNeed.map(({ name }) => name))} ` +
        "needs; add it, or leave the operation out of `operations`",
    );
  }
  for (const name of ["admit", "giveBack", "audit"])
    requireType(`storage.${name}`, "function", (storage as Record<string, unknown>)[name]);
  if (Object.values(limits).some((limit) => limit !== undefined) && !hasMethods(storage, "admit"))
    throw new SettingsError("`limits` need a storage that counts attempts, and `storage` has no method `admit`; add it");
}
