import { AsyncLocalStorage } from "node:async_hooks";
import { randomUUID } from "node:crypto";

/** The id of the request that is being answered, for whoever is told of an error on the way and not of the request. */
export const requestId = new AsyncLocalStorage<string>();

/** Returns the id that a proxy gave a request, if it fits into a header and a log; else a new one. */
export function requestIdFrom(header: string | undefined): string {
  return header !== undefined && /^[A-Za-z0-9._:=+-]{1,128}$/.test(header) ? header : randomUUID();
}
