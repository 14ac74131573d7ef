// The entry for edge runtimes whose platform compiles the wasm that is imported as a module.

import argon2id from "../argon2id.wasm?module";
import { passwordsInThread } from "../core/hashing.js";
import { coreLoader } from "../core/loader.js";
import { createHandlerBy } from "../http/create.js";
import wasm from "../ssokey.wasm?module";

export * from "./index.js";
export const loadCore = coreLoader(
  async () => wasm,
  passwordsInThread(async () => argon2id),
);
export const createHandler = createHandlerBy(loadCore);
