// One Argon2id hash of today's costs by whatever can compute it in this runtime, and the time of each. They take turns, so that
// whatever else the machine does weighs on all of them.

import { argon2idOver } from "../../dist/core/argon2id.js";

export const OURS = "ssokey";
const MEMORY = 19_456;
const PASSES = 2;
const TAG_LENGTH = 32;
const password = new TextEncoder().encode("correct horse");
const salt = new Uint8Array(16).fill(7);

/** Computes the tag by our module. */
export function oursOver(module) {
  const { raw } = argon2idOver(module);
  const nothing = new Uint8Array();
  return () => raw([password, salt, nothing, nothing], MEMORY, PASSES, 1, TAG_LENGTH);
}

/** By the function of npm `hash-wasm`. */
export const hashWasmOver = (argon2id) => () => {
  const costs = { memorySize: MEMORY, iterations: PASSES, parallelism: 1, hashLength: TAG_LENGTH };
  return argon2id({ password, salt, ...costs, outputType: "binary" });
};

/** By the function that npm `argon2id` loads. */
export const argon2idNpmOver = (argon2id) => () =>
  argon2id({ password, salt, passes: PASSES, memorySize: MEMORY, parallelism: 1, tagLength: TAG_LENGTH });

/** By npm `argon2`, which is C, by `@node-rs/argon2`, which is Rust, and by the `crypto` of Node. */
export const native = {
  argon2: (argon2) => () =>
    argon2.hash(Buffer.from(password), {
      raw: true,
      salt: Buffer.from(salt),
      memoryCost: MEMORY,
      timeCost: PASSES,
      parallelism: 1,
      hashLength: TAG_LENGTH,
    }),
  nodeRs:
    ({ hashRawSync }) =>
    () =>
      hashRawSync(password, { algorithm: 2, memoryCost: MEMORY, timeCost: PASSES, parallelism: 1, outputLen: TAG_LENGTH, salt }),
  crypto:
    ({ argon2Sync }) =>
    () =>
      argon2Sync("argon2id", {
        message: password,
        nonce: salt,
        memory: MEMORY,
        passes: PASSES,
        parallelism: 1,
        tagLength: TAG_LENGTH,
      }),
};

/** Times so many rounds. Gives the milliseconds of each contender by name, and throws at a tag that differs. */
export async function timed(contenders, rounds) {
  const times = Object.fromEntries(Object.keys(contenders).map((name) => [name, []]));
  const expected = String(new Uint8Array(await contenders[OURS]()));
  // The first rounds are for the compilers.
  for (let round = -3; round < rounds; round += 1)
    for (const [name, compute] of Object.entries(contenders)) {
      const begun = performance.now();
      const tag = await compute();
      const taken = performance.now() - begun;
      if (String(new Uint8Array(tag)) !== expected) throw new Error(`${name} computes a different tag`);
      if (round >= 0) times[name].push(taken);
    }
  return times;
}
