// The linear memory of both instances after sign-ons that are hashed in this thread.

import { readFileSync } from "node:fs";
import { createHandler, loadCore, useArgon2id, useWasm } from "ssokey/manual";
import { memoryStorage } from "ssokey/memory";
import { deciding, hashing, memoryOf } from "../test/instance.mjs";
import { keyOf, signOn } from "../test/partner.mjs";

const wasm = (name) => readFileSync(new URL(`../dist/${name}.wasm`, import.meta.url));

/** Gives the KiB of both after one sign-on, and after so many more. All but the first are compared with a hash of 8 KiB. */
export async function measure(count) {
  useWasm(wasm("ssokey"));
  useArgon2id(wasm("argon2id"));
  const { passwords } = await loadCore();
  const small = `$argon2id$v=19$m=8,t=1,p=1$c29tZXNhbHRzb21lc2FsdA$${"A".repeat(43)}`;
  const storage = memoryStorage();
  const key = await keyOf(storage);
  const cheap = { hash: passwords.hash, verify: async (password) => (await passwords.verify(password, small)) && "match" };
  const handler = await createHandler({ storage, passwords: cheap });
  const sizes = () => ({ rules: memoryOf(deciding) / 1024, hashes: memoryOf(hashing) / 1024 });
  await (await handler(signOn(key, "any"))).text();
  const first = sizes();
  for (let done = 0; done < count; done += 20)
    await Promise.all(Array.from({ length: 20 }, async () => (await handler(signOn(key, "any"))).text()));
  return { first, last: sizes() };
}
