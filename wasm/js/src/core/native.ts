// Argon2id in native code, by `@node-rs/argon2`, for whoever asks for it.

import { createRequire } from "node:module";
import { join } from "node:path";
import program from "../inline/native-thread.js";
import { errorCode } from "./error.js";
import { type PasswordPool, poolOf, programOf } from "./pool.js";
import { type PoolOptions, requirePoolOptions } from "./queue.js";

const ADDON = "@node-rs/argon2";
const PROGRAM = programOf(program);

/** The optional peer dependency `@node-rs/argon2` is not installed, or not for this platform. */
export class MissingArgon2Error extends Error {
  override readonly name = "MissingArgon2Error";

  constructor(options?: ErrorOptions) {
    super(`native hashes need the package \`${ADDON}\`: npm install ${ADDON}`, options);
  }
}

/**
 * Passwords that are hashed in native code, by `@node-rs/argon2`, on threads like those of `ssokey/pool`: the same hashes, in about two
 * thirds of the time.
 *
 * ```js
 * const handler = await createHandler({ storage, passwords: nativePasswords() });
 * ```
 *
 * Throws a {@link MissingArgon2Error} if the package is not installed for this platform, and like
 * `passwordPool`.
 */
export function nativePasswords(options: PoolOptions = {}): PasswordPool {
  requirePoolOptions(options);
  const path = addon();
  return poolOf(PROGRAM, () => path, options);
}

/** Returns where the package is, once it has been loaded here: in a thread its absence would fail one hash after the other. */
function addon(): string {
  // A bundle in CommonJS has no URL: the package is looked for where the program was started.
  const require = createRequire((import.meta.url as string | undefined) ?? join(process.cwd(), "index.js"));
  try {
    require(ADDON);
    return require.resolve(ADDON);
  } catch (error) {
    throw isMissing(error) ? new MissingArgon2Error({ cause: error }) : error;
  }
}

/** Where there is no binary for this platform, the package throws an error whose causes have the code. */
function isMissing(error: unknown): boolean {
  return ["MODULE_NOT_FOUND", "ERR_DLOPEN_FAILED"].includes(String(errorCode(error))) || /native binding/.test(String(error));
}
