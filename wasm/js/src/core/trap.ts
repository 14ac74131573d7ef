// A global that not every set of types declares.
declare const WebAssembly: { RuntimeError: ErrorConstructor };

/**
 * Runs `use` of a wasm instance. If it trapped, `reset` puts a new instance in its place before the trap is thrown on: a
 * request that broke off halfway leaves nothing behind that could be relied on.
 */
export function guarded<Result>(use: () => Result, reset: () => void): Result {
  try {
    return use();
  } catch (error) {
    // What the wasm says on purpose is a string. A stack that overflowed, or a pointer out of bounds, is a `RangeError`.
    if (error instanceof WebAssembly.RuntimeError || error instanceof RangeError) reset();
    throw error;
  }
}
