// The time of a start in every runtime, by turns.

import { execFile } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { BUN, DENO, ENVIRONMENT as env, NODE, NODE_24 } from "../runtimes/programs.mjs";
import { bundleWorker, workerIn } from "../runtimes/workerd.mjs";
import { median } from "./statistics.mjs";

const PACKAGE = fileURLToPath(new URL("..", import.meta.url));
const run = promisify(execFile);

/**
 * Gives, by runtime, the medians of so many starts: `[the import, from there to the first answer]` in milliseconds. The import in
 * workerd is undefined.
 */
export async function measure(count) {
  const directory = mkdtempSync(join(tmpdir(), "ssokey-bench-"));
  try {
    await bundleWorker(PACKAGE, "bench/cold-worker.mjs", directory);
    const runtimes = {
      "Node 20": inProcess(NODE),
      "Node 24": inProcess(NODE_24),
      Deno: inProcess({ ...DENO, options: [...DENO.options, "--allow-env", "--allow-sys"] }),
      Bun: inProcess(BUN),
      workerd: () => inWorker(directory),
    };
    const times = Object.fromEntries(Object.keys(runtimes).map((name) => [name, []]));
    for (let turn = 0; turn < count; turn += 1)
      for (const [name, start] of Object.entries(runtimes)) times[name].push(await start());
    return Object.fromEntries(Object.entries(times).map(([name, taken]) => [name, [0, 1].map((part) => medianOf(taken, part))]));
  } finally {
    rmSync(directory, { recursive: true });
  }
}

function medianOf(taken, part) {
  const times = taken.map((parts) => parts[part]);
  return times.includes(undefined) ? undefined : median(times);
}

function inProcess({ command, options }) {
  return async () => {
    const { stdout } = await run(command, [...options, fileURLToPath(new URL("cold.mjs", import.meta.url))], { env });
    return JSON.parse(stdout);
  };
}

async function inWorker(directory) {
  const worker = workerIn(directory);
  try {
    await (await worker.dispatchFetch("http://sso.example/warm")).text();
    const begun = performance.now();
    const response = await worker.dispatchFetch("http://sso.example/api/sso/authenticate?email=ann@partner.example");
    await response.text();
    const answered = performance.now();
    if (response.status !== 400) throw new Error(`the answer was ${response.status}`);
    return [undefined, answered - begun];
  } finally {
    await worker.dispose();
  }
}
