export { type PasswordPool, type PoolOptions, passwordPool } from "../core/pool.js";
