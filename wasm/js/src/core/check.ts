// What can be wrong with what a host gives.

import { SettingsError } from "./settings.js";

/** Throws a `SettingsError` if the value is given and cannot hash. */
export function requirePasswords(passwords: unknown): void {
  if (passwords === undefined) return;
  requireObject("`passwords`", passwords, "such as `passwordPool()` of `ssokey/pool`");
  const lacking = ["verify", "hash"].filter((name) => !hasMethods(passwords, name));
  if (lacking.length > 0) throw new SettingsError(`\`passwords\` has no method ${quoted(lacking)}; add it`);
}

/** Throws a `SettingsError` unless the value is an object that is read by its members. A map has none, and would say nothing. */
export function requirePlain(name: string, value: unknown, example: string): void {
  requireObject(name, value, example);
  if (Symbol.iterator in (value as object)) throw new SettingsError(`${name} must be a plain object, ${example}`);
}

/** Throws a `SettingsError` unless these are options: a plain object that has none which is unknown. */
export function requireOptions(options: unknown, known: string[], example: string): void {
  requirePlain("the options", options, example);
  requireKnown(Object.keys(options as object), known);
}

/** Throws a `SettingsError` that names the first option, or whatever it is, which is unknown. */
export function requireKnown(names: string[], known: readonly string[], what = "option"): void {
  const unknown = names.find((name) => !known.includes(name));
  if (unknown !== undefined) {
    throw new SettingsError(`there is no ${what} ${quoted([unknown])}; the ${what}s are ${quoted(known)}`);
  }
}

/** Throws a `SettingsError` if the value is given and not of the type. */
export function requireType(name: string, type: "boolean" | "function" | "string", value: unknown): void {
  if (value !== undefined && typeof value !== type) throw new SettingsError(`\`${name}\` must be a ${type}`);
}

/** Throws a `SettingsError` if the value is given and not a time to wait. */
export function requireDeadline(deadline: unknown = 1): void {
  if (!isWithin(deadline, 1, LONGEST_WAIT))
    throw new SettingsError(`\`deadline\` must be a whole number of milliseconds from 1 to ${LONGEST_WAIT}`);
}

/** The longest time that may be given to wait, in milliseconds. */
export const LONGEST_WAIT = 600_000;

/** Returns whether the value is an integer within the bounds. */
export function isWithin(value: unknown, least: number, most: number): boolean {
  return Number.isSafeInteger(value) && (value as number) >= least && (value as number) <= most;
}

/** Throws a `SettingsError` if the value is not an object, or if it is a promise of one. */
export function requireObject(name: string, value: unknown, example: string): void {
  if (value === undefined || value === null) throw new SettingsError(`${name} must be given, ${example}`);
  if (hasMethods(value, "then")) throw new SettingsError(`${name} must not be a promise; \`await\` it first`);
  if (typeof value === "function") throw new SettingsError(`${name} must not be a function; call it first`);
  if (typeof value !== "object") throw new SettingsError(`${name} must be an object, ${example}`);
}

/** Returns whether the value is a `Uint8Array`, of whichever realm. Numbers of any other array would be cut to bytes. */
export function isBytes(value: unknown): value is Uint8Array {
  return ArrayBuffer.isView(value) && (value as { [Symbol.toStringTag]?: unknown })[Symbol.toStringTag] === "Uint8Array";
}

/** Returns whether the value has all these methods. */
export function hasMethods(value: unknown, ...names: string[]): boolean {
  return names.every((name) => typeof (value as Record<string, unknown> | null | undefined)?.[name] === "function");
}

/** Returns the names for a message. */
export function quoted(names: readonly string[]): string {
  return names.map((name) => `\`${name}\``).join(", ");
}
