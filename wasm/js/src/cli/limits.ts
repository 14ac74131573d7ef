import { InvalidArgumentError, type Option } from "commander";
import { type Limits, requireLimits } from "../storage/limit.js";
import { duration } from "./duration.js";
import { Failure } from "./failure.js";
import { setting } from "./settings.js";

/** The limits of a server that is given none: guesses at passwords, and passwords that take turns. */
const DEFAULTS: Limits = {
  direct: { attempts: 10, window: 900_000 },
  local: { attempts: 10, window: 900_000 },
  replacement: { attempts: 10, window: 900_000 },
};

const FORM = "Give none, or like direct=10/15m: 1 to 1000000 in 1s to 30d, for direct, local, replacement or sign-on.";

/** `--limit`, of a server and of what examines one. */
export function limitSetting(): Option {
  return setting(
    "--limit <limit>",
    "SSOKEY_LIMIT",
    "attempts in a time, such as direct=10/15m, or none; may be repeated (default: direct, local and replacement 10/15m)",
  ).argParser(limit);
}

/** `--direct`, likewise. */
export function directSetting(): Option {
  return setting("--direct <on|off>", "SSOKEY_DIRECT", "serve direct sign-in, which needs no key")
    .choices(["on", "off"])
    .default("on");
}

/** Returns the limits of a setting. Those of a configuration file are not read before. */
export function readLimits(given: readonly string[] = []): Limits {
  try {
    return limitsOf(given);
  } catch (error) {
    throw new Failure(`the setting \`limit\` is refused: ${(error as Error).message}`, 2);
  }
}

/** Adds what one `--limit` says, which may be several with commas between, to what those before said. */
function limit(text: string, before: readonly string[] | undefined): string[] {
  const given = text.split(",");
  limitsOf(given);
  return [...(before ?? []), ...given];
}

/** Returns the limits: the default ones, changed by each in turn. */
export function limitsOf(given: readonly string[] = []): Limits {
  let limits = DEFAULTS;
  // Else it would undo what stands before it.
  if (given.lastIndexOf("none") > 0) throw new InvalidArgumentError(`none goes first. ${FORM}`);
  for (const text of given) {
    if (text === "none") limits = {};
    else limits = { ...limits, ...parsed(text) };
  }
  return limits;
}

function parsed(text: string): Limits {
  const [, purpose = "", attempts, time = ""] = /^([a-z-]+)=([0-9]+)\/(.+)$/.exec(text) ?? [];
  if (attempts === undefined) throw new InvalidArgumentError(FORM);
  const limits = { [purpose.replace("-", "_")]: { attempts: Number(attempts), window: duration(time) } };
  try {
    requireLimits(limits);
  } catch {
    throw new InvalidArgumentError(FORM);
  }
  return limits;
}
