import { closeSync, openSync, rmSync, unlinkSync, writeFileSync } from "node:fs";
import { Option } from "commander";
import { errorCode } from "../core/error.js";
import { causeAmong, FILE_CAUSES } from "./cause.js";
import { Failure } from "./failure.js";

const OWNER_ONLY = 0o600;
const ENDING = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

/** `--out`, of a command that makes a secret. */
export function outOption(): Option {
  return new Option("--out <file>", "print it into a new file that you alone can read; none is overwritten (`-`: print it)");
}

/**
 * Prints the `text` of what is made, or writes it to the file `out`, without which nothing is made. What holds no secret is
 * printed all the same.
 */
export async function printSecret<Made>(
  out: string | undefined,
  make: () => Promise<Made>,
  text: (made: Made) => string,
  hasSecret: (made: Made) => boolean = () => true,
): Promise<Made> {
  if (out === undefined || out === "-") {
    const made = await make();
    process.stdout.write(text(made));
    return made;
  }
  const file = attempt(out, "", () => openSync(out, "wx", OWNER_ONLY));
  const interrupt = (signal: NodeJS.Signals) => {
    rmSync(out, { force: true });
    process.kill(process.pid, signal);
  };
  for (const signal of ENDING) process.once(signal, interrupt);
  try {
    const made = await make();
    if (!hasSecret(made)) {
      unlinkSync(out);
      process.stdout.write(text(made));
      return made;
    }
    attempt(out, ", and what was made is lost: make another", () => writeFileSync(file, text(made)));
    return made;
  } catch (error) {
    rmSync(out, { force: true });
    throw error;
  } finally {
    for (const signal of ENDING) process.off(signal, interrupt);
    closeSync(file);
  }
}

function attempt<Done>(path: string, loss: string, run: () => Done): Done {
  try {
    return run();
  } catch (error) {
    const code = errorCode(error);
    const cause =
      code === "EEXIST" ? "there is one already; choose another path" : (causeAmong(FILE_CAUSES, code) ?? "check its path");
    throw new Failure(`cannot write the file \`${path}\`${loss}: ${cause}`);
  }
}
