import { answerPassword, initSync, __wbg_reset_state as reset } from "../hashing-bindings.js";
import { guarded } from "./trap.js";

/**
 * The most memory that an instance may keep, in bytes. A hash of today's costs takes 19 MiB and a fresh instance less than 2 MiB; memory
 * that a stored hash of larger costs took would never be given back.
 */
const MOST_MEMORY = 24 * 1024 * 1024;

/**
 * Argon2id in this thread, by an instance of its own that stands from the first call on. It takes the JSON of a
 * `verify_password` or `hash_password` call and gives that of the reply.
 *
 * Throws if the wasm trapped; the next call finds a new instance.
 */
export function hasherOver(wasm: object): (call: string) => string {
  // Gives the exports of the instance that is there, if there is one.
  const instance = () => initSync({ module: wasm });
  return (call) => {
    instance();
    const reply = guarded(() => answerPassword(call), reset);
    if (instance().memory.buffer.byteLength > MOST_MEMORY) reset();
    return reply;
  };
}
