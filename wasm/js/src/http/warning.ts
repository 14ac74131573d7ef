import type { CallName } from "../core/wire.js";
import { kindOf, messageOf } from "./told.js";

/** The most kinds of errors that are warned of. */
const MOST = 100;

const warned = new Set<string>();

/** Warns on the console of the first error of each kind. A message that may hold values is not shown. */
export function warnOnce(error: unknown, call: CallName | undefined): void {
  const message = messageOf(error);
  const parts = [kindOf(error), call && `in \`${call}\``, message && `(${message})`];
  const text = parts.filter(Boolean).join(" ");
  if (warned.has(text) || warned.size >= MOST) return;
  warned.add(text);
  console.warn(`ssokey: ${text} (told once; give \`onError\` to be told of each)`);
}
