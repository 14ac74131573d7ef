import { copyFileSync, mkdirSync } from "node:fs";
import { dirname, join } from "node:path";
import type { Command } from "commander";
import { errorCode } from "../core/error.js";
import { playgroundSite } from "../http/playground.js";
import { Failure, writeCauses } from "./failure.js";

/** `ssokey playground` */
export function playgroundCommand(program: Command): void {
  program
    .command("playground")
    .description("Writes the playground for a static host: a page that decides requests in the browser, over storage in memory.")
    .argument("<directory>", "where to; it is created if it does not exist, and files of the same names are replaced")
    .option("--json", "print the directory and the names of its files as one line of JSON")
    .addHelpText(
      "after",
      `
It works under any path of any host that sends .js and .wasm with their types. \`ssokey serve --playground\` serves
it as well.

Examples:
  $ ssokey playground public
  $ ssokey playground public/playground --json`,
    )
    .action(write);
}

function write(directory: string, { json }: { json?: true }): void {
  const site = playgroundSite();
  try {
    for (const [path, place] of site) {
      const target = join(directory, path);
      mkdirSync(dirname(target), { recursive: true });
      copyFileSync(place, target);
    }
  } catch (error) {
    const cause = writeCauses.get(errorCode(error));
    if (cause === undefined) throw error;
    throw new Failure(`cannot write to \`${directory}\`: ${cause}`);
  }
  const files = [...site.keys()];
  process.stdout.write(
    json ? `${JSON.stringify({ directory, files })}\n` : `${files.length} files are in ${directory}; the page is index.html\n`,
  );
}
