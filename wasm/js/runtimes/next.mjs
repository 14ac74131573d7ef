// A Next application in a project that has the package: its routes sign users on, each in the runtime of its name.

import { execFileSync } from "node:child_process";
import { copyFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { jsonFrom, whileListening } from "./listening.mjs";
import { ENVIRONMENT, MODULES } from "./programs.mjs";
import { createProjectIn, writeFiles } from "./project.mjs";

const HERE = new URL(".", import.meta.url).pathname;
const env = { ...ENVIRONMENT, NEXT_TELEMETRY_DISABLED: "1" };
const NEXT = join(MODULES, ".bin/next");

const ROUTES = {
  node: ["app/node/route.js", (ask) => `${ask} export const dynamic = "force-dynamic"; export const GET = answer;`],
  edge: ["app/edge/route.js", (ask) => `${ask} export const runtime = "edge"; export const GET = answer;`],
  // Of an edge route in `app` webpack leaves out a file that this version of Next asks for.
  "api/edge": ["pages/api/edge.js", (ask) => `${ask} export const config = { runtime: "edge" }; export default answer;`],
};

/** Writes the application with these of its routes, beside the packages that it needs. */
export async function createNext(...paths) {
  const ask = `import * as ssokey from "ssokey";
    import * as memory from "ssokey/memory";
    import * as operator from "ssokey/operator";
    import { signOns } from "../../sign-ons.mjs";
    const answer = async () => Response.json(await signOns(ssokey, operator, memory));`;
  const routes = paths.map((path) => ROUTES[path]).map(([file, text]) => [file, text(ask)]);
  const project = await createNextOf(Object.fromEntries(routes));
  copyFileSync(join(HERE, "package/sign-ons.mjs"), join(project, "sign-ons.mjs"));
  return project;
}

/** Writes an application of these files, beside the packages that it needs. */
export async function createNextOf(files) {
  const project = await createProjectIn(HERE);
  const root = JSON.stringify(HERE);
  writeFileSync(
    join(project, "next.config.mjs"),
    `export default { turbopack: { root: ${root} }, outputFileTracingRoot: ${root} };`,
  );
  writeFiles(project, files);
  return project;
}

/** Builds the application. */
export function buildNext(project, ...options) {
  execFileSync(NEXT, ["build", ...options], { cwd: project, env, stdio: "pipe" });
}

/** What the application answers at these paths, under `next dev` or `next start`. */
export async function askNext(project, command, paths) {
  const answers = {};
  await whileNext(project, command, async (url) => {
    for (const path of paths) answers[path] = await jsonFrom(`${url}/${path}`);
  });
  return answers;
}

/** Runs `asked` with the URL of the application, under `next dev` or `next start`. */
export function whileNext(project, command, asked) {
  const ready = /Local:\s+(http:\S+)[\s\S]*Ready in/;
  const args = [...command, "--hostname", "127.0.0.1", "--port", "0"];
  return whileListening(NEXT, args, { cwd: project, env, ready }, asked);
}
