// The promises that the pool of threads keeps in each runtime that has one: Node, Deno and Bun.

import { loadCore, Overloaded } from "ssokey";
import { passwordPool } from "ssokey/pool";

const SALT = "00112233445566778899aabbccddeeff";

/** Throws at the first promise that is broken. The default pool is left open: the program has to end all the same. */
export async function checkPool() {
  const { passwords } = await loadCore();
  const hashed = passwords.hash("any", SALT).then(() => "hashed");
  const turned = new Promise((resolve) => setTimeout(resolve, 0, "turned"));
  same("while a hash is computed, the event loop", await Promise.race([hashed, turned]), "turned");
  await hashed;

  const pool = passwordPool({ threads: 1, queue: 1 });
  const hash = () => pool.hash("any", SALT);
  same("one that is computed, one that waits, one too many", await outcomes(hash(), hash(), hash()), "ok, ok, overloaded");
  // The wasm refuses what is not a call, the thread ends by that, and the next hash gets a new one.
  same("a thread that dies", await outcomes(pool.verify("any", 1), hash()), "failed, ok");
  const ended = outcomes(hash(), hash());
  await pool.close();
  same("hashes of a pool that is closed", await ended, "failed, failed");
}

async function outcomes(...hashes) {
  const settled = await Promise.allSettled(hashes);
  const outcome = ({ status, reason }) =>
    reason instanceof Overloaded ? "overloaded" : status === "fulfilled" ? "ok" : "failed";
  return settled.map(outcome).join(", ");
}

function same(what, actual, expected) {
  if (actual !== expected) throw new Error(`${what}: ${actual}, not ${expected}`);
}
