export { MissingArgon2Error, nativePasswords } from "../core/native.js";
export type { PasswordPool } from "../core/pool.js";
export type { PoolOptions, QueueOptions } from "../core/queue.js";
