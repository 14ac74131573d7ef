// Takes the custom sections off a component, which are names for people who read its text: node strip.mjs FILE
//
// What is left are the sections as they were. The modules inside have been stripped by wasm-opt.

import { readFileSync, writeFileSync } from "node:fs";

const PREAMBLE = 8;
const CUSTOM = 0;

const [, , file] = process.argv;
const bytes = readFileSync(file);
const kept = [bytes.subarray(0, PREAMBLE)];
for (let start = PREAMBLE; start < bytes.length; ) {
  const { value: length, next } = number(start + 1);
  const end = next + length;
  if (bytes[start] !== CUSTOM) kept.push(bytes.subarray(start, end));
  start = end;
}
writeFileSync(file, Buffer.concat(kept));

/** Reads the integer in LEB128 at a position. */
function number(at) {
  let value = 0;
  for (let next = at, shift = 0; ; next += 1, shift += 7) {
    value += (bytes[next] & 0x7f) * 2 ** shift;
    if (bytes[next] < 0x80) return { value, next: next + 1 };
  }
}
