export { nodeCryptoPasswords } from "../core/node-crypto.js";
export type { PoolOptions, QueueOptions } from "../core/queue.js";
