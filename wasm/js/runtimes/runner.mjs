// What every runtime runs: all vectors, through the package as it is installed there.

import { createHandler, loadCore } from "ssokey";
import { memoryStorage } from "ssokey/memory";
import * as raw from "ssokey/raw";
import { checkHandler, checkRaw, uncarried } from "./vector.mjs";

/**
 * One result for each vector and face: `{ id, face }`, with `failed`, the difference, or `uncarried`, the reason; with
 * neither it passed.
 */
export async function runVectors({ world, vectors }) {
  const core = await loadCore();
  rememberPasswords(core);
  const faces = [
    { face: "raw", check: checkRaw, skip: () => undefined },
    { face: "handler", check: checkHandler, skip: uncarried },
  ];
  const results = [];
  for (const vector of vectors)
    for (const { face, check, skip } of faces) {
      const reason = skip(vector);
      const outcome =
        reason === undefined
          ? await outcomeOf(() => check({ core, raw, createHandler }, world, vector, inMemory))
          : { uncarried: reason };
      results.push({ id: vector.id, face, ...outcome });
    }
  return results;
}

async function outcomeOf(check) {
  try {
    await check();
    return {};
  } catch (error) {
    return { failed: String(error) };
  }
}

async function inMemory(records) {
  const storage = memoryStorage(records);
  return { storage, dump: async () => storage.dump() };
}

/** Lets the core compute no hash twice. The handlers have the same core. */
function rememberPasswords(core) {
  const compute = core.answerPassword;
  const answers = new Map();
  core.answerPassword = (call) => {
    if (!answers.has(call)) answers.set(call, compute(call));
    return answers.get(call);
  };
}
