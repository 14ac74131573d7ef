/**
 * Runs `use` of a wasm instance. If it trapped, `reset` puts a new instance in its place before the trap is thrown on: a
 * request that broke off halfway leaves nothing behind that could be relied on. What the wasm refuses on purpose is thrown as a `Refusal`.
 */
export function guarded<Result>(
  use: () => Result,
  reset: () => void,
  Refusal: new (message: string) => Error = TypeError,
): Result {
  try {
    return use();
  } catch (error) {
    if (isTrap(error)) reset();
    throw typeof error === "string" ? new Refusal(error) : error;
  }
}

/** What the wasm says on purpose is a string. A stack that overflowed, or a pointer out of bounds, is a `RangeError`. */
function isTrap(error: unknown): boolean {
  const { name } = Object(error) as { name?: unknown };
  return name === "RuntimeError" || name === "RangeError";
}
