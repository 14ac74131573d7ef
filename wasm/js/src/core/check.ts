// What can be wrong with what a host gives.

import { SettingsError } from "./settings.js";

/** Throws a `SettingsError` if the value is given and cannot hash. */
export function requirePasswords(passwords: unknown): void {
  if (passwords === undefined) return;
  requireObject("`passwords`", passwords, "such as `passwordPool()` of `ssokey/pool`");
  const lacking = ["verify", "hash"].filter((name) => !hasMethods(passwords, name));
  if (lacking.length > 0) throw new SettingsError(`\`passwords\` has no method ${quoted(lacking)}; add it`);
}

/** Throws a `SettingsError` that names the first option which is unknown. */
export function requireKnown(names: string[], known: string[]): void {
  const unknown = names.find((name) => !known.includes(name));
  if (unknown !== undefined) {
    throw new SettingsError(`there is no option ${quoted([unknown])}; the options are ${quoted(known)}`);
  }
}

/** Throws a `SettingsError` if the value is given and not of the type. */
export function requireType(name: string, type: "function" | "string", value: unknown): void {
  if (value !== undefined && typeof value !== type) throw new SettingsError(`\`${name}\` must be a ${type}`);
}

/** Throws a `SettingsError` if the value is given and not a time to wait. */
export function requireDeadline(deadline: unknown = 1): void {
  if (!Number.isInteger(deadline) || (deadline as number) < 1 || (deadline as number) > LONGEST_DEADLINE) {
    throw new SettingsError(`\`deadline\` must be a whole number of milliseconds from 1 to ${LONGEST_DEADLINE}`);
  }
}

const LONGEST_DEADLINE = 600_000;

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
export function quoted(names: string[]): string {
  return names.map((name) => `\`${name}\``).join(", ");
}
