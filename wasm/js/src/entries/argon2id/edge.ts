// The entry for edge runtimes whose platform compiles the wasm that is imported as a module.

import argon2id from "../../argon2id.wasm?module";
import { kernelLoader } from "../../core/kernel.js";

export * from "./index.js";
export const load = kernelLoader(async () => argon2id);
