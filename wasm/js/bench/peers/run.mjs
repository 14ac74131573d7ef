// Argon2id against its peers in every runtime.

import { execFile } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { withPage } from "../../runtimes/page.mjs";
import { BUN, DENO, ENVIRONMENT as env, NODE, NODE_24 } from "../../runtimes/programs.mjs";
import { bundleWorker, workerIn } from "../../runtimes/workerd.mjs";
import { timed } from "./hashes.mjs";

const PACKAGE = fileURLToPath(new URL("../..", import.meta.url));
const run = promisify(execFile);

/** By name, what gives the times of each contender in so many rounds. */
export const runtimes = {
  "Node 20": inProcess(NODE),
  "Node 24": inProcess(NODE_24),
  Deno: inProcess({ ...DENO, options: [...DENO.options, "--allow-env", "--allow-sys"] }),
  Bun: inProcess(BUN),
  workerd: inWorker,
  Chromium: (rounds) =>
    withPage(PACKAGE, "<!doctype html>", (page) =>
      page.evaluate(async (rounds) => (await import("/bench/peers/page.mjs")).run(rounds), rounds),
    ),
};

function inProcess({ command, options }) {
  return async (rounds) => {
    const file = fileURLToPath(new URL("process.mjs", import.meta.url));
    const { stdout } = await run(command, [...options, file, rounds], { env, timeout: 300_000 });
    return JSON.parse(stdout);
  };
}

async function inWorker(rounds) {
  const directory = mkdtempSync(join(tmpdir(), "ssokey-bench-"));
  await bundleWorker(PACKAGE, "bench/peers/worker.mjs", directory);
  const worker = workerIn(directory);
  try {
    const ask = async (query) => worker.dispatchFetch(`http://worker.example/${query}`);
    const names = await (await ask("")).json();
    const compute = (name) => async () => (await ask(`?name=${name}`)).arrayBuffer();
    return await timed(Object.fromEntries(names.map((name) => [name, compute(name)])), rounds);
  } finally {
    await worker.dispose();
    rmSync(directory, { recursive: true });
  }
}
