/** How many random bytes a decision takes. */
export const ENTROPY_LENGTH = 80;

/** Random bytes from the runtime's own source. */
export function randomBytes(length: number): Uint8Array {
  return crypto.getRandomValues(new Uint8Array(length));
}

/** That many random bytes as hexadecimal digits. */
export function randomHex(length: number): string {
  return Array.from(randomBytes(length), (byte) => byte.toString(16).padStart(2, "0")).join("");
}
