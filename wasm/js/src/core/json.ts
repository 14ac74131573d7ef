/**
 * Returns the value as JSON for the core. What JSON does not have becomes a string, which the core refuses with the name of its member:
 * a number that is none, of which `JSON.stringify` would make `null`, and `null` counts as absent; and a `bigint`.
 */
export function jsonOf(value: object): string {
  return JSON.stringify(value, (_, part: unknown) => {
    const isLacking = typeof part === "bigint" || (typeof part === "number" && !Number.isFinite(part));
    return isLacking ? String(part) : part;
  });
}

/** Returns a reply as JSON. One that cannot be written at all, such as a circular one, becomes one that the core finds unfit. */
export function jsonOfReply(reply: object): string {
  try {
    return jsonOf(reply);
  } catch {
    return "{}";
  }
}

/** Returns a request's head as JSON. A half of a surrogate pair, which no header can hold, is replaced: the core reads whole texts alone. */
export function jsonOfHead(head: object): string {
  return JSON.stringify(head, (_, part: unknown) => (typeof part === "string" ? part.toWellFormed() : part));
}
