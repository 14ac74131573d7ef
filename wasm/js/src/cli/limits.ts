import { InvalidArgumentError } from "commander";
import type { Limits } from "../storage/limit.js";
import { duration } from "./duration.js";

/** The limits of a server that is given none: guesses at passwords, and passwords that take turns. */
const DEFAULTS: Limits = {
  direct: { attempts: 10, window: 900_000 },
  local: { attempts: 10, window: 900_000 },
  replacement: { attempts: 10, window: 900_000 },
};

const PURPOSES = ["direct", "local", "replacement", "sign-on"];

/** Adds what one `--limit` says, which may be several with commas between, to what those before said. */
export function limit(text: string, before: readonly string[] | undefined): string[] {
  const given = text.split(",");
  limitsOf(given);
  return [...(before ?? []), ...given];
}

/** Returns the limits: the default ones, changed by each in turn. */
export function limitsOf(given: readonly string[] = []): Limits {
  let limits = DEFAULTS;
  for (const text of given) {
    if (text === "none") limits = {};
    else limits = { ...limits, ...parsed(text) };
  }
  return limits;
}

function parsed(text: string): Limits {
  const [, purpose = "", attempts, time = ""] = /^([a-z-]+)=([1-9][0-9]{0,5})\/(.+)$/.exec(text) ?? [];
  if (!PURPOSES.includes(purpose)) {
    throw new InvalidArgumentError(`Give none, or like direct=10/15m, for one of ${PURPOSES.join(", ")}.`);
  }
  const window = duration(time);
  if (window < 1000 || window > 30 * 86_400_000) throw new InvalidArgumentError("A limit counts over 1s to 30d.");
  return { [purpose.replace("-", "_")]: { attempts: Number(attempts), window } };
}
