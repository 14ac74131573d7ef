import { errorCode } from "../core/error.js";
import { MissingArgon2Error, nativePasswords } from "../core/native.js";
import { type PasswordPool, passwordPool } from "../core/pool.js";
import type { PoolOptions } from "../core/queue.js";

/** Returns what hashes for a server: native code where it is installed, which is noted, and else the wasm. */
export function serverPasswords(note: (message: string) => void, options: PoolOptions = {}): PasswordPool {
  try {
    const passwords = nativePasswords(options);
    note("passwords are hashed in native code, by @node-rs/argon2");
    return passwords;
  } catch (error) {
    // Who has not installed it need not be told.
    const isAbsent = error instanceof MissingArgon2Error && errorCode(error.cause) === "MODULE_NOT_FOUND";
    if (!isAbsent) note("@node-rs/argon2 is installed and does not load: passwords are hashed in WebAssembly");
    return passwordPool(options);
  }
}
