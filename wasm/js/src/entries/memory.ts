export { type Contents, type MemoryStorage, memoryStorage } from "../storage/memory.js";
