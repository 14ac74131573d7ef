// What may be told of an error that is not this package's: drivers put values into nearly every member of theirs.

import { errorCode, OwnError } from "../core/error.js";

/** The messages of networks, time-outs and resources, as systems and drivers word them, whole. */
const PLAIN: readonly RegExp[] = [
  /^(connect|read|write|getaddrinfo|open) E[A-Z_]{2,20}( [\w.:-]{1,80})?$/,
  /^Connection terminated( unexpectedly| due to connection timeout)?$/,
  /^timeout (expired|exceeded when trying to connect)$/,
  /^Query read timeout$/,
  /^The operation was aborted due to timeout$/,
  /^fetch failed$/,
  /^(sorry, too many clients already|the database system is (starting up|shutting down|in recovery mode))$/,
];

/** Returns the error's class, its codes, and its message where that may be told. */
export function toldOf(error: unknown): string {
  return [kindOf(error), messageOf(error)].filter(Boolean).join(": ");
}

/** Returns the error's class and its codes. */
export function kindOf(error: unknown): string {
  const { name, sqlState } = Object(error) as { name?: unknown; sqlState?: unknown };
  const codes = [...new Set([errorCode(error), sqlState])].filter(isCode);
  return [name === undefined ? typeof error : classOf(name), ...codes].join(" ");
}

/** Returns the error's message where it is this package's, or one of a network, a time-out or a resource. */
export function messageOf(error: unknown): string | undefined {
  const { message } = Object(error) as { message?: unknown };
  if (typeof message !== "string") return undefined;
  const isTold = error instanceof OwnError || PLAIN.some((words) => words.test(message));
  return isTold ? message : undefined;
}

/** Whatever a driver has put there, it is shown where it looks like the name of a class. */
function classOf(name: unknown): string {
  return typeof name === "string" && /^[A-Z][A-Za-z]{0,30}(Error|Exception)$/.test(name) ? name : "Error";
}

/** `ECONNRESET`, `ER_DUP_ENTRY`, `23505`. */
function isCode(code: unknown): code is string {
  return typeof code === "string" && /^([A-Z][A-Z0-9_]{2,39}|[0-9][0-9A-Z]{4})$/.test(code);
}
