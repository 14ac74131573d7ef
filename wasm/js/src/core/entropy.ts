/** The number of random bytes that a decision takes. */
export const ENTROPY_LENGTH = 80;

/** Returns random bytes from the runtime's own source. */
export function randomBytes(length: number): Uint8Array {
  return crypto.getRandomValues(new Uint8Array(length));
}
