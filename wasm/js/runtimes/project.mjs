// An empty project that the package is installed into, as it would be published.

import { execFile } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

export const PACKAGE = fileURLToPath(new URL("..", import.meta.url));

const run = promisify(execFile);

/** Packs the package into a directory. Gives the tarball's `filename`, `integrity` and `shasum`. */
export async function pack(directory) {
  const { stdout } = await run("npm", ["pack", "--json", "--ignore-scripts", "--pack-destination", directory], { cwd: PACKAGE });
  return JSON.parse(stdout)[0];
}

/** Gives the project's directory, which the caller removes. `drivers` are optional peers that it has as well. */
export async function createProject(...drivers) {
  return createProjectIn(tmpdir(), ...drivers);
}

/** The same in a directory, where it finds what is installed there. */
export async function createProjectIn(directory, ...drivers) {
  const project = mkdtempSync(join(directory, "ssokey-project-"));
  writeFileSync(join(project, "package.json"), JSON.stringify({ name: "empty", private: true, type: "module" }));
  const { filename } = await pack(project);
  const { peerDependencies } = JSON.parse(readFileSync(join(PACKAGE, "package.json"), "utf8"));
  const options = ["--ignore-scripts", "--no-audit", "--no-fund", "--prefer-offline"];
  const wanted = [`./${filename}`, ...drivers.map((driver) => `${driver}@${peerDependencies[driver]}`)];
  await run("npm", ["install", ...options, ...wanted], { cwd: project });
  return project;
}

/** Writes files into the project: the text of each by its path. */
export function writeFiles(project, files) {
  for (const [file, text] of Object.entries(files)) {
    mkdirSync(dirname(join(project, file)), { recursive: true });
    writeFileSync(join(project, file), text);
  }
}
