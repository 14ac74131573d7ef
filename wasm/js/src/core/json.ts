/**
 * Returns the value as JSON for the core. What JSON does not have becomes an empty object, which the core refuses with the name of its
 * member. `JSON.stringify` would leave a function out, and make `null` of a number that is none, as if the member was absent.
 */
export function jsonOf(value: object): string {
  const json = JSON.stringify(value, (_, part: unknown) => {
    const isLacking =
      ["bigint", "function", "symbol"].includes(typeof part) || (typeof part === "number" && !Number.isFinite(part));
    return isLacking ? {} : part;
  }) as string | undefined;
  return json ?? "null";
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
