// A project that the tools beside this file are run in.

import { execFile } from "node:child_process";
import { copyFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { after } from "node:test";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { ENVIRONMENT } from "../programs.mjs";
import { createProjectIn, writeFiles } from "../project.mjs";

const HERE = fileURLToPath(new URL(".", import.meta.url));
const LIMIT = 240_000;

/** The environment of tools that would otherwise report their use. */
export const env = { ...ENVIRONMENT, NITRO_TELEMETRY_DISABLED: "1", CI: "true" };

/** The path of a module that is installed beside this file. */
export const installed = (path) => join(HERE, "node_modules", path);

/** Creates a project with the programs of the tests and these files; it is removed after the last test of the file. */
export async function projectWith(files = {}) {
  const project = await createProjectIn(HERE);
  after(() => rmSync(project, { recursive: true }));
  for (const file of ["index.html", "page.js", "server.js", "sign-ons.mjs"]) {
    copyFileSync(join(HERE, "../package", file), join(project, file));
  }
  writeFiles(project, files);
  return project;
}

/** The imports that the functions of `sign-ons.mjs` take, and `ask`, which asks by them. */
export const ASK = (signOns) => `
  import * as ssokey from "ssokey";
  import * as memory from "ssokey/memory";
  import * as operator from "ssokey/operator";
  import { signOns } from ${JSON.stringify(signOns)};
  const ask = () => signOns(ssokey, operator, memory);
`;

/** Runs a program that is installed beside this file. */
export async function run(cwd, program, ...args) {
  try {
    return await promisify(execFile)(process.execPath, [installed(program), ...args], { cwd, env, timeout: LIMIT });
  } catch (error) {
    throw new Error(`${program} ${args.join(" ")}: ${error.message}\n${error.stdout}\n${error.stderr}`);
  }
}
