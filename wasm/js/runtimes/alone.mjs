// Bundles, run where nothing is but them.

import { execFileSync } from "node:child_process";
import { cpSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ENVIRONMENT as env, NODE } from "./programs.mjs";

/** Moves the directory of a bundle away from the project, and gives what its program prints, as JSON. */
export function runAlone(directory, file, { command, options } = NODE) {
  const elsewhere = mkdtempSync(join(tmpdir(), "ssokey-bundle-"));
  try {
    cpSync(directory, elsewhere, { recursive: true });
    return JSON.parse(execFileSync(command, [...options, file].flat(), { cwd: elsewhere, env, encoding: "utf8" }));
  } finally {
    rmSync(elsewhere, { recursive: true });
  }
}
