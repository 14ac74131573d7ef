// Argon2id against its peers in every runtime.

import { withPage } from "../../runtimes/page.mjs";
import { inProcesses, PACKAGE, withWorker } from "../runtimes.mjs";
import { timed } from "./hashes.mjs";

/** By name, what gives the times of each contender in so many rounds. */
export const runtimes = {
  ...inProcesses("bench/peers/process.mjs"),
  workerd: (rounds) => withWorker("bench/peers/worker.mjs", (ask) => timedIn(ask, rounds)),
  Chromium: (rounds) =>
    withPage(PACKAGE, "<!doctype html>", (page) =>
      page.evaluate(async (rounds) => (await import("/bench/peers/page.mjs")).run(rounds), rounds),
    ),
};

async function timedIn(ask, rounds) {
  const names = await (await ask("")).json();
  const compute = (name) => async () => (await ask(`?name=${name}`)).arrayBuffer();
  return timed(Object.fromEntries(names.map((name) => [name, compute(name)])), rounds);
}
