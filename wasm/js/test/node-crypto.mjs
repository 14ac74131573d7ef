// `crypto.argon2` against the wasm. It runs in a Node that has it, and prints how many cases agreed.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createHandler, loadCore, Overloaded, useArgon2id, useWasm } from "ssokey/manual";
import { memoryStorage } from "ssokey/memory";
import { nodeCryptoPasswords } from "ssokey/node-crypto";
import { keyOf, signOn } from "./partner.mjs";
import { hashesAreTheSame } from "./same-hashes.mjs";

useWasm(readFileSync(new URL("../dist/ssokey.wasm", import.meta.url)));
useArgon2id(readFileSync(new URL("../dist/argon2id.wasm", import.meta.url)));

const SALT = "00112233445566778899aabbccddeeff";
const native = nodeCryptoPasswords();
const { passwords: wasm } = await loadCore();

const agreed = await hashesAreTheSame(native, wasm);

const few = nodeCryptoPasswords({ threads: 1, queue: 1 });
const results = await Promise.allSettled(["one", "two", "three"].map((password) => few.hash(password, SALT)));
assert.deepEqual(
  results.map(({ reason }) => reason instanceof Overloaded),
  [false, false, true],
);
assert.match(await few.hash("four", SALT), /^\$argon2id\$/);
assert.throws(() => nodeCryptoPasswords({ threads: 0 }), { name: "RangeError" });

const storage = memoryStorage();
const key = await keyOf(storage);
const handler = await createHandler({ storage, passwords: native });
for (const password of ["one", "one", "two"]) assert.equal((await handler(signOn(key, password))).status, 200);
assert.equal(storage.dump().users[0].credentialVersion, 2);
console.log(`${agreed} stored hashes agreed`);
