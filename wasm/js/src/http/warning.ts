import { errorCode, HostFaultError } from "../core/error.js";
import type { CallName } from "../core/wire.js";
import { UnreadableHashError } from "../storage/answer.js";
import { BodyReadError } from "./body.js";
import { DeadlineError } from "./deadline.js";

/** The most kinds of errors that are warned of. */
const MOST = 100;

const warned = new Set<string>();

/** Warns on the console of the first error of each kind. A message that is not of this package may hold values and is not shown. */
export function warnOnce(error: unknown, call: CallName | undefined): void {
  const kind = [classOf(error), codeOf(error), call === undefined ? "" : `in \`${call}\``, messageOf(error)];
  const text = kind.filter(Boolean).join(" ");
  if (warned.has(text) || warned.size >= MOST) return;
  warned.add(text);
  console.warn(`ssokey: ${text} (told once; give \`onError\` to be told of each)`);
}

function classOf(error: unknown): string {
  const name = (error as { name?: unknown } | null | undefined)?.name;
  return typeof name === "string" ? plain(name) : typeof error;
}

function codeOf(error: unknown): string {
  const code = errorCode(error);
  return typeof code === "string" || typeof code === "number" ? plain(String(code)) : "";
}

/** Whatever a driver has put there, it is shown where it looks like a name. */
function plain(text: string): string {
  return /^[\w.-]{1,40}$/.test(text) ? text : "Error";
}

function messageOf(error: unknown): string {
  const isOurs = [HostFaultError, BodyReadError, DeadlineError, UnreadableHashError].some((type) => error instanceof type);
  return isOurs ? `(${(error as Error).message})` : "";
}
