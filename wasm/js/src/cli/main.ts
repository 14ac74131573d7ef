import { CommanderError } from "commander";
import { Command } from "./command.js";
import { companyCommand } from "./company.js";
import { doctorCommand } from "./doctor.js";
import { eventCommand } from "./event.js";
import { explain } from "./failure.js";
import { initCommand } from "./init.js";
import { keyCommand } from "./key.js";
import { manifest } from "./manifest.js";
import { migrateCommand } from "./migrate.js";
import { endWithReader } from "./output.js";
import { playgroundCommand } from "./playground.js";
import { productCommand } from "./product.js";
import { purgeCommand } from "./purge.js";
import { serveCommand } from "./serve.js";
import { addConfiguration } from "./settings.js";
import { userCommand } from "./user.js";

/** Runs the command line of this process, and sets its exit code. */
export async function start(): Promise<void> {
  endWithReader();
  process.exitCode = await main(process.argv.slice(2));
}

/** Runs a command line and returns its exit code: 0 done, 1 failed, 2 used wrongly. */
async function main(args: readonly string[]): Promise<number> {
  try {
    await program(args).parseAsync(args, { from: "user" });
    return 0;
  } catch (error) {
    // Commander has printed its own message by now, or the help that was asked for.
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
    const { message, exitCode } = explain(error);
    process.stderr.write(`error: ${message}\n`);
    return exitCode;
  }
}

function program(args: readonly string[]): Command {
  const program = new Command("ssokey")
    .description("Signs the users of partner companies on by one call, over SQLite, PostgreSQL, MariaDB or libSQL.")
    .version(manifest().version)
    .showHelpAfterError("(add --help for the options and an example)")
    .exitOverride()
    .configureHelp({ showGlobalOptions: true })
    .addHelpText(
      "after",
      `
Examples:
  $ ssokey init sso --runtime deno
  $ ssokey company add --db sso.db --name "Partner Ltd" --domain partner.example --email it@partner.example
  $ ssokey key issue --db sso.db --email it@partner.example
  $ ssokey serve --db sso.db --port 8080

Options that name a variable are read from it, and from the configuration by their long names. A flag outweighs the
variable, and that the file: {"db": "sso.db", "port": 8080}.

Exit codes: 0 done, 1 failed, 2 used wrongly, 141 the reader of the output went away.`,
    );
  serveCommand(program);
  companyCommand(program);
  keyCommand(program);
  userCommand(program);
  productCommand(program);
  eventCommand(program);
  purgeCommand(program);
  migrateCommand(program);
  doctorCommand(program);
  playgroundCommand(program);
  initCommand(program);
  addConfiguration(program, args);
  return program;
}
