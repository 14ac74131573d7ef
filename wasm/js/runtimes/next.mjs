// A Next application in a project that has the package: its routes sign users on, each in the runtime of its name.

import { execFileSync } from "node:child_process";
import { copyFileSync, mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { jsonFrom, listening } from "./listening.mjs";
import { ENVIRONMENT, MODULES } from "./programs.mjs";
import { createProjectIn } from "./project.mjs";

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
  const project = await createProjectIn(HERE);
  copyFileSync(join(HERE, "package/sign-ons.mjs"), join(project, "sign-ons.mjs"));
  const root = JSON.stringify(HERE);
  writeFileSync(
    join(project, "next.config.mjs"),
    `export default { turbopack: { root: ${root} }, outputFileTracingRoot: ${root} };`,
  );
  const ask = `import * as ssokey from "ssokey";
    import * as memory from "ssokey/memory";
    import * as operator from "ssokey/operator";
    import { signOns } from "../../sign-ons.mjs";
    const answer = async () => Response.json(await signOns(ssokey, operator, memory));`;
  for (const [file, text] of paths.map((path) => ROUTES[path])) {
    mkdirSync(dirname(join(project, file)), { recursive: true });
    writeFileSync(join(project, file), text(ask));
  }
  return project;
}

/** Builds the application. */
export function buildNext(project, ...options) {
  execFileSync(NEXT, ["build", ...options], { cwd: project, env, stdio: "pipe" });
}

/** What the application answers at these paths, under `next dev` or `next start`. */
export async function askNext(project, command, paths) {
  const ready = /Local:\s+(http:\S+)[\s\S]*Ready in/;
  const { url, stop, log } = await listening(NEXT, [...command, "--hostname", "127.0.0.1", "--port", "0"], {
    cwd: project,
    env,
    ready,
  });
  try {
    const answers = {};
    for (const path of paths) answers[path] = await jsonFrom(`${url}/${path}`, log);
    return answers;
  } finally {
    await stop();
  }
}
