export { type PasswordPool, passwordPool } from "../core/pool.js";
export type { PoolOptions, QueueOptions } from "../core/queue.js";
