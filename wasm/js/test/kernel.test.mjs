// The code that fills the blocks of Argon2id, compiled as it ships, against the words of RFC 9106 and the crate `argon2`, both in wasm.

import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import binaryen from "binaryen";

const wasm = (name) => readFileSync(new URL(`../dist/${name}.wasm`, import.meta.url));
const { exports } = new WebAssembly.Instance(new WebAssembly.Module(wasm("differential")));

/** `make test-kernel` compresses a million. */
const BLOCKS = Number(process.env.BLOCKS ?? 50_000);

test("pairs of random blocks are compressed as RFC 9106 says", (context) => {
  const seed = randomBytes(8).readBigInt64LE();
  assert.equal(exports.differing_blocks(seed, BLOCKS), 0, `of the seed ${seed}`);
  context.diagnostic(`${BLOCKS} pairs`);
});

test("tags of random inputs, costs and lengths, computed one after the other, are those of the crate argon2", () => {
  const seed = randomBytes(8).readBigInt64LE();
  assert.equal(exports.differing_tags(seed, 200), 0, `of the seed ${seed}`);
});

test("the kernel calls no function, as it would without wasm-opt -O3, and multiplies words beside vectors", () => {
  const module = binaryen.readBinary(wasm("argon2id"));
  const functions = module.emitText().split(/^ \(func /m);
  const [kernel, ...others] = functions.filter((text) => text.includes("i64x2.extmul_low_i32x4_u"));
  const count = (part) => kernel.split(part).length - 1;
  // Half of the sixteen rows and columns are permuted in words, each with eight times four products, and a loop does four.
  const expected = { others: 0, calls: 0, words: 64, vectors: 32 };
  const found = { others: others.length, calls: count("(call"), words: count("(i64.mul") };
  assert.deepEqual({ ...found, vectors: count("i64x2.extmul_") }, expected);
});
