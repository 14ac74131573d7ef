// The entry for browsers and bundlers, and for every runtime that has no entry of its own.

import { passwordsInThread } from "../core/hashing.js";
import { coreLoader } from "../core/loader.js";
import { unpacked } from "../core/unpacked.js";
import { createHandlerBy } from "../http/create.js";
import argon2id from "../inline/argon2id.js";
import wasm from "../inline/ssokey.js";

export * from "./index.js";
export const loadCore = coreLoader(
  () => unpacked(wasm),
  passwordsInThread(() => unpacked(argon2id)),
);
export const createHandler = createHandlerBy(loadCore);
