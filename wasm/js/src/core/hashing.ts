import { type Argon2id, argon2idOver } from "./argon2id.js";
import { lazy } from "./lazy.js";
import { opened, type Passwords, passwordsBy } from "./passwords.js";
import type { ModuleSource } from "./wasm.js";

/** Returns the Argon2id of this thread, from the module that whoever asked first had. */
export const loadArgon2id: (source: ModuleSource) => Promise<Argon2id> = lazy(async (source: ModuleSource) =>
  argon2idOver(await source()),
);

/** Returns passwords that are hashed in this thread. Nothing is loaded for them before the first is. */
export function passwordsInThread(source: ModuleSource): Passwords {
  return opened(async () => {
    const argon2id = await loadArgon2id(source);
    return passwordsBy(async ([method, password, other]) => argon2id[method](password, other));
  });
}
