// The Argon2id that ships computes in vector registers, which only wasm has, so it is held against another's in wasm as well.

import assert from "node:assert/strict";
import { randomBytes, randomInt } from "node:crypto";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { runInNewContext } from "node:vm";
import { argon2id } from "hash-wasm";
import { load } from "ssokey/argon2id";
import { loadCore, Overloaded, useArgon2id, useWasm } from "ssokey/manual";
import { hashing } from "./instance.mjs";

useWasm(readFileSync(new URL("../dist/ssokey.wasm", import.meta.url)));
useArgon2id(readFileSync(new URL("../dist/argon2id.wasm", import.meta.url)));

const { passwords } = await loadCore();
/** The most memory that a stored hash may ask for. */
const LARGE = `$argon2id$v=19$m=65536,t=1,p=1$c29tZXNhbHRzb21lc2FsdA$${"A".repeat(43)}`;
const PAGE = 65_536;
const SALT = "00112233445566778899aabbccddeeff";

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
  // It has room for a hash of today's costs, and not for this one.
  memory.grow(PAGE - memory.buffer.byteLength / PAGE - 1);
  await assert.rejects(passwords.verify("any", LARGE), new Overloaded());
});

/** The parameters of RFC 9106, section 5.3, with the tag that it has. */
const RFC = {
  inputs: [new Uint8Array(32).fill(1), new Uint8Array(16).fill(2)],
  parameters: {
    memory: 32,
    passes: 3,
    parallelism: 4,
    tagLength: 32,
    secret: new Uint8Array(8).fill(3),
    associatedData: new Uint8Array(12).fill(4),
  },
  tag: "0d640df58d78766c08c037a34a8b53c9d01ef0452d75b65eb52520e96b01e659",
};

test("the exported Argon2id computes the tag of RFC 9106, whatever realm the bytes are of", async () => {
  const { raw } = await load();
  const foreign = RFC.inputs.map((bytes) => runInNewContext("Uint8Array.from(bytes)", { bytes }));
  for (const [password, salt] of [RFC.inputs, foreign]) {
    assert.equal(Buffer.from(raw(password, salt, RFC.parameters)).toString("hex"), RFC.tag);
  }
});

test("the exported Argon2id computes what hash-wasm does, over all shapes of parameters", async () => {
  const { raw } = await load();
  for (let count = 0; count < 100; count += 1) {
    const [password, salt, secret] = [randomInt(1, 300), randomInt(8, 80), randomInt(1, 60)].map((length) => randomBytes(length));
    const parallelism = randomInt(1, 9);
    const [memory, passes, tagLength] = [randomInt(8 * parallelism, 1024), randomInt(1, 5), randomInt(4, 300)];
    const costs = { parallelism, memorySize: memory, iterations: passes, hashLength: tagLength, outputType: "binary" };
    const expected = await argon2id({ password, salt, secret, ...costs });
    assert.deepEqual(raw(password, salt, { memory, passes, parallelism, tagLength, secret }), expected);
  }
});

test("the exported Argon2id names the parameter that is out of its bounds, and the memory that is not there", async () => {
  const { raw } = await load();
  const [password, salt] = RFC.inputs;
  const least = { memory: 8, passes: 1, parallelism: 1, tagLength: 4 };
  assert.equal(raw(password, salt, least).length, 4);
  const wrong = { memory: [7, 0x40_0001, 8.5], passes: [0, 2 ** 32], parallelism: [0, 2 ** 24], tagLength: [3, 2 ** 32, "4"] };
  for (const [name, values] of Object.entries(wrong))
    for (const value of values) {
      const parameters = { ...least, [name]: value };
      assert.throws(() => raw(password, salt, parameters), { name: "RangeError", message: new RegExp(`\`${name}\``) });
    }
  for (const part of [
    "password",
    new Uint32Array(4),
    new Uint16Array(8),
    new Float64Array(2),
    new DataView(new ArrayBuffer(8)),
    [],
  ]) {
    const message = (name) => ({ name: "TypeError", message: `\`${name}\` must be a Uint8Array` });
    assert.throws(() => raw(part, salt, least), message("password"));
    assert.throws(() => raw(password, part, least), message("salt"));
    assert.throws(() => raw(password, salt, { ...least, secret: part }), message("secret"));
    assert.throws(() => raw(password, salt, { ...least, associatedData: part }), message("associatedData"));
  }
  assert.throws(() => raw(password, salt, { ...least, memory: 0x40_0000 }), /not enough memory for `memory` 4194304/);
  assert.equal(raw(password, salt, least).length, 4);
});

test("the exported Argon2id hashes a password as a server does, and says what a stored hash is", async () => {
  const { hash, verify } = await load();
  const phc = hash("pässword", Buffer.from(SALT, "hex"));
  assert.equal(phc, await passwords.hash("pässword", SALT));
  assert.deepEqual(
    [verify("pässword", phc), verify("password", phc), verify("any", "plain")],
    ["match", "no_match", "unreadable"],
  );
  for (const salt of [SALT, new Uint8Array(15), new Uint8Array(17), new Uint32Array(16), undefined])
    assert.throws(() => hash("any", salt), { name: "TypeError", message: /`salt` must be a Uint8Array of 16 bytes/ });
  for (const password of ["", "x".repeat(1025), "\ud800"])
    assert.throws(() => hash(password, new Uint8Array(16)), { name: "TypeError" });
  assert.equal(verify("x".repeat(1024), hash("x".repeat(1024), new Uint8Array(16))), "match");
});

test("half a surrogate pair is refused, since it would become what a different one becomes", async () => {
  for (const password of ["\ud800", "a\udfffb"]) await assert.rejects(passwords.hash(password, SALT), { name: "TypeError" });
  const hash = await passwords.hash("😀", SALT);
  assert.equal(await passwords.verify("😀", hash), "match");
});

test("nothing of a password is left in the memory of the instance", async () => {
  const password = "a password that nobody else has";
  assert.equal(await passwords.verify(password, await passwords.hash(password, SALT)), "match");
  assert.equal(Buffer.from(hashing().memory.buffer).includes(password), false);
});

test("nothing of the blocks of a hash is left in the memory of the instance: by them a password is guessed at no cost of memory", async () => {
  await passwords.hash("any", SALT);
  const bytes = new Uint8Array(hashing().memory.buffer);
  // Pages of code's constants, stack and buffer; a block has no bytes that are zero.
  const used = bytes.reduce((sum, byte) => sum + (byte !== 0), 0);
  assert.ok(used < 8192, `${used} bytes are not zero`);
});

test("the memory of the instance is that of a hash and at most 1 MiB more, after smaller ones too", async () => {
  const sizes = new Set();
  // A hash of larger costs takes an instance with it.
  await passwords.verify("any", LARGE);
  for (let count = 0; count < 18; count += 1) {
    await passwords.verify("any", LARGE.replace("m=65536", `m=${1024 * (count + 1)}`));
    await passwords.hash("any", SALT);
    sizes.add(hashing().memory.buffer.byteLength);
  }
  const [size, ...others] = sizes;
  assert.deepEqual(others, [], `${[...sizes]} bytes`);
  assert.ok(size <= (19_456 + 1024) * 1024, `${size} bytes`);
});

test("nothing of a tag is left in the memory of the instance, as it may be a key", async () => {
  const { raw } = await load();
  const tag = raw(Buffer.from("any"), Buffer.alloc(16), { memory: 8, passes: 1, parallelism: 1, tagLength: 32 });
  assert.equal(Buffer.from(hashing().memory.buffer).includes(tag), false);
});
