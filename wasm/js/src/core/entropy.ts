import { isBytes } from "./check.js";
import type { Moment } from "./decide.js";
import { SettingsError } from "./settings.js";

/** The number of random bytes that a decision takes. */
export const ENTROPY_LENGTH = 80;

/** Returns random bytes from the runtime's own source. */
export function randomBytes(length: number): Uint8Array {
  return crypto.getRandomValues(new Uint8Array(length));
}

/** Returns whether the value is a time: whole milliseconds since 1970. */
export function isTime(value: unknown): boolean {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}

/** Returns the time and the random bytes of a decision. Throws a `SettingsError` that names the option which gave something else. */
export function momentOf(now: number, entropy: Uint8Array): Moment {
  if (!isTime(now)) throw new SettingsError("`now` must give whole milliseconds since 1970");
  if (!(isBytes(entropy) && entropy.length === ENTROPY_LENGTH)) {
    throw new SettingsError(`\`random\` must give a \`Uint8Array\` of as many bytes as it is asked for, here ${ENTROPY_LENGTH}`);
  }
  return { now, entropy };
}
