export type { Contents } from "../storage/memory/records.js";
export { type MemoryStorage, memoryStorage } from "../storage/memory.js";
