export { type PasswordPool, passwordPool, type PoolOptions } from "../core/pool.js";
