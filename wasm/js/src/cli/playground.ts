import { dirname, join } from "node:path";
import type { Command } from "commander";
import { playgroundSite } from "../http/playground.js";
import { writing } from "./writing.js";

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
  writing(directory, (made) => {
    const put = [...site].map(([path, place]) => {
      const target = join(directory, path);
      made.directory(dirname(target));
      return made.copy(place, target);
    });
    for (const one of put) one();
  });
  const files = [...site.keys()];
  process.stdout.write(
    json ? `${JSON.stringify({ directory, files })}\n` : `${files.length} files are in ${directory}; the page is index.html\n`,
  );
}
