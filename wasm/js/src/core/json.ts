/**
 * Returns the value as JSON for the core. A number that JSON does not have becomes a string, which the core refuses:
 * `JSON.stringify` would make `null` of it, and `null` counts as absent.
 */
export function jsonOf(value: object): string {
  return JSON.stringify(value, (_, part: unknown) => (typeof part === "number" && !Number.isFinite(part) ? String(part) : part));
}
