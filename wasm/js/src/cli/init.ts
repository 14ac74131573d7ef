import { lstatSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { type Command, Option } from "commander";
import { migrationFiles } from "../sql/d1-files.js";
import { Failure } from "./failure.js";
import { manifest } from "./manifest.js";
import { writing } from "./writing.js";

const RUNTIMES = ["node", "deno", "bun", "worker"] as const;
type Runtime = (typeof RUNTIMES)[number];

/** Each runtime has a directory of its name, whose files are the project. */
const TEMPLATES = new URL("../../templates/", import.meta.url);

interface InitOptions {
  runtime: Runtime;
  json?: true;
}

/** `ssokey init` */
export function initCommand(program: Command): void {
  program
    .command("init")
    .description(
      "Writes a small project that works: a server of the format over a SQLite file, or a Worker over Cloudflare D1, and a " +
        "README with the commands to go on. No file that is there is touched.",
    )
    .argument("[directory]", "where to; it is created if it does not exist", ".")
    .addOption(new Option("--runtime <name>", "what the project runs in").choices(RUNTIMES).default("node"))
    .option("--json", "print the paths of the files as one line of JSON")
    .addHelpText(
      "after",
      `
Examples:
  $ ssokey init sso
  $ ssokey init sso --runtime deno
  $ ssokey init --runtime worker --json`,
    )
    .action(init);
}

function init(directory: string, { runtime, json }: InitOptions): void {
  const files = projectOf(runtime);
  const written = write(directory, files);
  if (json) {
    process.stdout.write(`${JSON.stringify({ written })}\n`);
    return;
  }
  const lines = written.map((path) => `written ${path}`);
  const next = directory === "." ? "next:" : `next, in \`${directory}\`:`;
  process.stdout.write(`${[...lines, "", next, ...firstCommands(files).map((line) => `  ${line}`)].join("\n")}\n`);
}

/** The texts of the project's files, by their paths. */
function projectOf(runtime: Runtime): Map<string, string> {
  const directory = new URL(`${runtime}/`, TEMPLATES);
  const files = new Map<string, string>();
  for (const name of readdirSync(directory)) {
    // npm leaves a `.gitignore` out of a package.
    files.set(name === "gitignore" ? ".gitignore" : name, filled(readFileSync(new URL(name, directory), "utf8")));
  }
  if (runtime === "worker") for (const { name, text } of migrationFiles()) files.set(join("migrations", name), text);
  return files;
}

/** A template in which `{{package}}` has become the version of that package to depend on. */
function filled(template: string): string {
  const { version, peerDependencies } = manifest();
  const versions: Record<string, string> = { ...peerDependencies, ssokey: `^${version}` };
  return template.replace(/\{\{(.+?)\}\}/g, (placeholder, name: string) => versions[name] ?? placeholder);
}

/** Writes all files or, where one of them is there already or cannot be written, none. Returns their paths. */
function write(directory: string, files: ReadonlyMap<string, string>): string[] {
  const texts = [...files].map(([name, text]) => [join(directory, name), text] as const);
  const paths = texts.map(([path]) => path);
  return writing(directory, (made) => {
    const standing = paths.filter((path) => lstatSync(path, { throwIfNoEntry: false }) !== undefined);
    if (standing.length > 0) {
      const named = standing.map((path) => `\`${path}\``).join(", ");
      throw new Failure(`nothing was written, for there is already ${named}; choose another directory`, 2);
    }
    for (const path of paths) made.directory(dirname(path));
    for (const [path, text] of texts) made.file(path, text);
    return paths;
  });
}

/** The commands that the project's README begins with. */
function firstCommands(files: ReadonlyMap<string, string>): string[] {
  const [, block = ""] = /^```sh\n(.*?)^```/ms.exec(files.get("README.md") ?? "") ?? [];
  return block.trimEnd().split("\n");
}
