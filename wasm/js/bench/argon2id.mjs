#!/usr/bin/env node
// Times one Argon2id hash of today's costs: by the wasm that ships, by hash-wasm, by the `crypto.argon2` of a Node that has it, and
// by the crate argon2 in native code. They take turns, so that whatever else the machine does weighs on all of them.
//
//   node argon2id.mjs PATH/TO/THE/NATIVE/PROGRAM

import { spawn } from "node:child_process";
import * as crypto from "node:crypto";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { createInterface } from "node:readline";
import { argon2id } from "hash-wasm";
import { argon2idOver } from "../dist/core/argon2id.js";

const ROUNDS = 31;
const OURS = "ssokey, wasm";
const password = "correct horse";
const nonce = Buffer.alloc(16, 7);

async function main([native]) {
  const program = spawn(native, { stdio: ["pipe", "pipe", "inherit"] });
  const contenders = contendersWith(program);
  const times = Object.fromEntries(Object.keys(contenders).map((name) => [name, []]));
  // The first round is for the compilers.
  for (let round = 0; round <= ROUNDS; round += 1)
    for (const [name, time] of Object.entries(contenders)) {
      const taken = await time();
      if (round > 0) times[name].push(taken);
    }
  program.stdin.end();

  console.log(`Node ${process.versions.node}, m=19456 KiB, t=2, p=1, ${ROUNDS} rounds`);
  console.log(`${"".padEnd(22)}${"median ms".padStart(12)}${"times ours".padStart(12)}`);
  for (const [name, taken] of Object.entries(times)) {
    const ratio = median(taken.map((time, round) => time / times[OURS][round]));
    console.log(name.padEnd(22) + median(taken).toFixed(1).padStart(12) + ratio.toFixed(2).padStart(12));
  }
}

/** By name, what computes one hash and gives the milliseconds it took. */
function contendersWith(program) {
  const { hash } = argon2idOver(new WebAssembly.Module(readFileSync(new URL("../dist/argon2id.wasm", import.meta.url))));
  const costs = { iterations: 2, memorySize: 19_456, parallelism: 1, hashLength: 32, outputType: "encoded" };
  const ofNode = { message: password, nonce, memory: 19_456, passes: 2, parallelism: 1, tagLength: 32 };
  const answers = createInterface(program.stdout);
  const contenders = {
    [OURS]: timed(() => hash(password, nonce.toString("hex"))),
    "hash-wasm": timed(() => argon2id({ password, salt: nonce, ...costs })),
    "crate argon2, native": async () => {
      program.stdin.write("\n");
      return Number(await once(answers, "line"));
    },
  };
  if (crypto.argon2Sync) contenders["crypto.argon2, native"] = timed(() => crypto.argon2Sync("argon2id", ofNode));
  return contenders;
}

function timed(compute) {
  return async () => {
    const begun = performance.now();
    await compute();
    return performance.now() - begun;
  };
}

const median = (numbers) => numbers.toSorted((a, b) => a - b)[numbers.length >> 1];

await main(process.argv.slice(2));
