// The part that every runtime runs: all vectors, through the package as it is installed there.

import { createHandler, loadCore } from "ssokey";
import { memoryStorage } from "ssokey/memory";
import { addCompany, issueKey, loadOperatorCore } from "ssokey/operator";
import * as raw from "ssokey/raw";
import { checkHandler, checkRaw, remembering, uncarried } from "./vector.mjs";

/**
 * One result for each vector and face: `{ id, face }`, with `failed`, the difference, or `uncarried`, the reason; with
 * neither it passed.
 */
export async function runVectors({ world, vectors }) {
  await signOnTwice();
  const loaded = await loadCore();
  const passwords = remembering(loaded.passwords);
  const core = { ...loaded, passwords };
  const operator = await loadOperatorCore();
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
          ? await outcomeOf(() => check({ core, operator, raw, createHandler: create }, world, vector, inMemory))
          : { uncarried: reason };
      results.push({ id: vector.id, face, ...outcome });
    }
  return results;
}

/**
 * Signs a user on twice, with nothing remembered: by a hash and by a comparison, where this runtime computes them if it is
 * told nothing. Throws if either is refused.
 */
async function signOnTwice() {
  const storage = memoryStorage();
  const email = "it@partner.example";
  await addCompany(storage, { name: "Partner Ltd", domain: "partner.example", email });
  const { ssokey } = await issueKey(storage, { companyEmail: email });
  const handler = await createHandler({ storage });
  for (const rule of ["a new user", "the same password"]) {
    const body = new URLSearchParams({ email: "ann@partner.example", password: "any", ssokey, product: "email" });
    const { status } = await handler(new Request("https://sso.example/api/sso/authenticate", { method: "POST", body }));
    if (status !== 200) throw new Error(`${rule} is answered with ${status}`);
  }
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
