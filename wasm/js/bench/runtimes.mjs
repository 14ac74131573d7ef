// Running a file of the benchmarks in every runtime.

import { execFile } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { BUN, DENO, ENVIRONMENT as env, NODE, NODE_24 } from "../runtimes/programs.mjs";
import { bundleWorker, workerIn } from "../runtimes/workerd.mjs";

export const PACKAGE = fileURLToPath(new URL("..", import.meta.url));
const PROGRAMS = {
  "Node 20": NODE,
  "Node 24": NODE_24,
  Deno: { ...DENO, options: [...DENO.options, "--allow-env", "--allow-sys"] },
  Bun: BUN,
};
const run = promisify(execFile);

/** Gives, by runtime, what runs a file of the package in a process of its own, with arguments, and gives what it prints as JSON. */
export function inProcesses(file) {
  const runIn =
    ({ command, options }) =>
    async (...args) => {
      const { stdout } = await run(command, [...options, join(PACKAGE, file), ...args], { env, timeout: 300_000 });
      return JSON.parse(stdout);
    };
  return Object.fromEntries(Object.entries(PROGRAMS).map(([name, program]) => [name, runIn(program)]));
}

/** Lets `use` have what asks a Worker of this file of the package, which has just started. */
export async function withWorker(file, use) {
  const directory = mkdtempSync(join(tmpdir(), "ssokey-bench-"));
  try {
    await bundleWorker(PACKAGE, file, directory);
    const worker = workerIn(directory);
    try {
      return await use((path) => worker.dispatchFetch(`http://sso.example/${path}`));
    } finally {
      await worker.dispose();
    }
  } finally {
    rmSync(directory, { recursive: true });
  }
}
