// The two instances of the wasm in this thread.

import { initSync as deciding } from "../dist/bindings.js";
import { initSync as hashing } from "../dist/hashing-bindings.js";

export { deciding, hashing };

/** Overwrites everything that the instance knows: whatever it does next goes wrong, and it traps. */
export function corrupt(instance) {
  new Uint8Array(instance().memory.buffer).fill(0xff);
}

/** The instance's linear memory, in bytes. */
export const memoryOf = (instance) => instance().memory.buffer.byteLength;
