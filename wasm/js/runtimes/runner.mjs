// What every runtime runs: all vectors, through the package as it is installed there.

import { createHandler, loadCore } from "ssokey";
import { memoryStorage } from "ssokey/memory";
import * as raw from "ssokey/raw";
import { checkHandler, checkRaw, remembering, uncarried } from "./vector.mjs";

/**
 * One result for each vector and face: `{ id, face }`, with `failed`, the difference, or `uncarried`, the reason; with
 * neither it passed.
 */
export async function runVectors({ world, vectors }) {
  const loaded = await loadCore();
  const passwords = remembering(loaded.passwords);
  const core = { ...loaded, passwords };
  const create = (options) => createHandler({ ...options, passwords });
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
          ? await outcomeOf(() => check({ core, raw, createHandler: create }, world, vector, inMemory))
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
