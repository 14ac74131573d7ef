// The entry for Workers, which compile the wasm when they are deployed.

import argon2id from "../argon2id.wasm";
import { passwordsInThread } from "../core/hashing.js";
import { coreLoader } from "../core/loader.js";
import { createHandlerBy } from "../http/create.js";
import wasm from "../ssokey.wasm";

export * from "./index.js";
export const loadCore = coreLoader(
  async () => wasm,
  passwordsInThread(async () => argon2id),
);
export const createHandler = createHandlerBy(loadCore);
