// The entry for every runtime that may compile bytes.

import { kernelLoader } from "../../core/kernel.js";
import { unpacked } from "../../core/unpacked.js";
import argon2id from "../../inline/argon2id.js";

export * from "./index.js";
export const load = kernelLoader(() => unpacked(argon2id));
