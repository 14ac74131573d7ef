// The runtimes that are processes, and what each has to be told to run a file of a project.

import { readdirSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

export const MODULES = fileURLToPath(new URL("node_modules/", import.meta.url));

/** No runtime reports its use or looks for a newer version of itself. */
export const ENVIRONMENT = { ...process.env, DENO_NO_UPDATE_CHECK: "1", DO_NOT_TRACK: "1", NO_COLOR: "1" };

/** The machine's: 20 where the package's oldest Node is to be tested. */
export const NODE = { command: process.execPath, options: [] };
export const NODE_24 = { command: join(MODULES, ".bin/node"), options: [] };
export const DENO = {
  command: builtIn("@deno", "deno"),
  options: ["run", "--quiet", "--no-prompt", "--no-remote", "--allow-read", "--allow-net=127.0.0.1"],
};
export const BUN = { command: builtIn("@oven", "bin/bun"), options: ["--no-install"] };

/** The program itself: its command is either put there by a script at installation, or starts it and dies alone. */
function builtIn(scope, path) {
  const [platform = ""] = readdirSync(join(MODULES, scope));
  return join(MODULES, scope, platform, path);
}
