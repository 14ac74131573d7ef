import { isBytes, isWithin } from "./check.js";
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
  return isWithin(value, 0, Number.MAX_SAFE_INTEGER);
}

/** Returns the time and the random bytes of a decision. Throws a `SettingsError` that names what is something else. */
export function requireMoment({ now, entropy }: Moment): Moment {
  if (!isTime(now)) throw new SettingsError("`now` must be whole milliseconds since 1970");
  if (!(isBytes(entropy) && entropy.length === ENTROPY_LENGTH)) {
    throw new SettingsError(`\`entropy\`, which \`random\` gives, must be a \`Uint8Array\` of ${ENTROPY_LENGTH} bytes`);
  }
  return { now, entropy };
}
