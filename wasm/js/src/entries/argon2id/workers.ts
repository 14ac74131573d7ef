// The entry for Workers, which compile the wasm when they are deployed.

import argon2id from "../../argon2id.wasm";
import { kernelLoader } from "../../core/kernel.js";

export * from "./index.js";
export const load = kernelLoader(async () => argon2id);
