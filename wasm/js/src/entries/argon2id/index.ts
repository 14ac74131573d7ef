// The exports of every entry of `ssokey/argon2id`, and their types.

import type { Kernel } from "../../core/kernel.js";

export type { Kernel, Parameters } from "../../core/kernel.js";
export type { Verdict } from "../../core/passwords.js";

/**
 * Loads Argon2id, the module that hashes passwords here.
 *
 * ```js
 * const { raw, hash, verify } = await load();
 * const phc = hash("any", crypto.getRandomValues(new Uint8Array(16)));
 * verify("any", phc); // "match"
 * const tag = raw(password, salt, { memory: 19456, passes: 2, parallelism: 1, tagLength: 32 });
 * ```
 */
export declare const load: () => Promise<Kernel>;
