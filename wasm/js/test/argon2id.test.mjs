// The Argon2id that ships computes in vector registers, which only wasm has, so it is held against another's in wasm as well.

import assert from "node:assert/strict";
import { randomBytes, randomInt } from "node:crypto";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { argon2id } from "hash-wasm";
import { loadCore, Overloaded, useWasm } from "ssokey/manual";
import { hashing } from "./instance.mjs";

useWasm(readFileSync(new URL("../dist/ssokey.wasm", import.meta.url)));

const { passwords } = await loadCore();
/** The most memory that a stored hash may ask for. */
const LARGE = `$argon2id$v=19$m=65536,t=1,p=1$c29tZXNhbHRzb21lc2FsdA$${"A".repeat(43)}`;
const PAGE = 65_536;

test("a new hash is the one that hash-wasm computes", async () => {
  const salt = randomBytes(16);
  const costs = { memorySize: 19_456, iterations: 2, parallelism: 1, hashLength: 32 };
  const expected = await argon2id({ password: "pässword", salt, ...costs, outputType: "encoded" });
  assert.equal(await passwords.hash("pässword", salt.toString("hex")), expected);
});

test("a stored hash of whatever costs matches the password that hash-wasm hashed, and no other", async () => {
  for (let count = 0; count < 200; count += 1) {
    const password = randomBytes(randomInt(1, 512)).toString("hex");
    const parallelism = randomInt(1, 5);
    const costs = { parallelism, memorySize: randomInt(8 * parallelism, 2048), iterations: randomInt(1, 5) };
    const salt = randomBytes(randomInt(8, 49));
    const hash = await argon2id({ password, salt, ...costs, hashLength: randomInt(12, 65), outputType: "encoded" });
    assert.equal(await passwords.verify(password, hash), "match", `${password} ${hash}`);
    assert.equal(await passwords.verify(`${password}0`, hash), "no_match", `${password}0 ${hash}`);
  }
});

test("without the memory for a hash the client is told to come back", async () => {
  const { memory } = hashing();
  memory.grow(PAGE - memory.buffer.byteLength / PAGE - 1);
  await assert.rejects(passwords.verify("any", LARGE), new Overloaded());
});
