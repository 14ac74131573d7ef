// Between Node's requests and answers and those of the core, byte for byte.

import type { IncomingMessage, ServerResponse } from "node:http";
import type { RawRequest } from "../core/decide.js";
import {
  type Body,
  BodyReadError,
  bounded,
  bytesOf,
  bytesOfQuery,
  headerValues,
  joined,
  readParts,
  splitTarget,
} from "./body.js";
import type { Read, Service } from "./service.js";

/** The time in milliseconds that a client has to send the rest of a request which is answered already, before its connection may be closed. */
export const LINGER = 2_000;

/** An answer, of the core or of something beside it. */
export interface Answer {
  status: number;
  headers: [name: string, value: string][];
  body: string | Uint8Array;
}

/**
 * A request as far as it is relied on: those that no connection of Node's brought, of a test or of a platform's adapter, have no
 * more in common, and not all of that.
 */
export interface NodeRequest
  extends Partial<
      Pick<
        IncomingMessage,
        | "method"
        | "url"
        | "headers"
        | "rawHeaders"
        | "on"
        | "destroyed"
        | "readableDidRead"
        | "readableEnded"
        | "readableEncoding"
      >
    >,
    Partial<AsyncIterable<unknown>> {
  socket?: { remoteAddress?: string | undefined } | null;
  /** The body, where a platform or a framework has read it. */
  rawBody?: unknown;
}

/** Returns what reads a request for a service. */
export function reading(
  service: Service,
  request: NodeRequest,
  response: Partial<Pick<ServerResponse, "once" | "destroyed">>,
  source: string | undefined,
): Read {
  return async (over) => {
    const raw = await rawRequest(request, source, service.bodyLimit, over);
    return raw && { ...raw, signal: departureFrom(response) };
  };
}

/** Returns nothing if the client breaks off before its request is complete. */
async function rawRequest(
  request: NodeRequest,
  source: string | undefined,
  bodyLimit: number,
  over: Promise<void>,
): Promise<RawRequest | undefined> {
  const body = await readBody(request, bodyLimit, over);
  if (body === undefined) return undefined;
  const { path, query } = splitTarget(request.url ?? "");
  return {
    method: request.method ?? "",
    path,
    query: bytesOfQuery(query),
    contentType: headerOf(request, "content-type"),
    authorization: valuesOf(request, "authorization"),
    contentEncoding: valuesOf(request, "content-encoding"),
    body,
    source,
  };
}

/** Returns the address of the connection. */
export function addressOf(request: NodeRequest): string | undefined {
  return request.socket?.remoteAddress;
}

/** Returns a header's value; of several headers of one name, the values with commas between. */
export function headerOf(request: NodeRequest, name: string): string | undefined {
  const values = valuesOf(request, name);
  return values.length === 0 ? undefined : values.join(", ");
}

/** Returns the value of each header of that name. Node's `headers` drops the second of some, unseen. */
export function valuesOf({ headers, rawHeaders = [] }: NodeRequest, name: string): string[] {
  const raw = rawHeaders.filter((_, at) => at % 2 === 1 && rawHeaders[at - 1]?.toLowerCase() === name);
  return raw.length > 1 || headers === undefined ? raw : headerValues(headers, name);
}

async function readBody(request: NodeRequest, limit: number, over: Promise<void>): Promise<Body> {
  const { on, [Symbol.asyncIterator]: iterate } = request;
  const wasRead = request.readableDidRead || request.readableEnded || typeof request.readableEncoding === "string";
  if (wasRead || (on === undefined && iterate === undefined)) {
    if (ArrayBuffer.isView(request.rawBody)) return bounded(bytesOf(request.rawBody), limit);
    if (hasBody(request)) throw new BodyReadError();
    return new Uint8Array();
  }
  // A stream that was destroyed tells nobody any more.
  if (request.destroyed) return undefined;
  if (on !== undefined) return readStream(request as IncomingMessage, limit);
  const parts = (request as AsyncIterable<unknown>)[Symbol.asyncIterator]();
  return readParts({ next: () => parts.next(), stop: () => parts.return?.() }, limit, over);
}

function hasBody(request: NodeRequest): boolean {
  const [length] = valuesOf(request, "content-length");
  if (length !== undefined) return length !== "0";
  return valuesOf(request, "transfer-encoding").length > 0 || !["GET", "HEAD"].includes(request.method ?? "");
}

/** Reads the body. Of one that is longer than the limit the rest is discarded as it comes: the client gets to its answer. */
function readStream(request: IncomingMessage, limit: number): Promise<Body> {
  return new Promise((resolve) => {
    const parts: Uint8Array[] = [];
    let length = 0;
    const finish = () => {
      request.off("data", read).off("end", finish).resume();
      resolve(length > limit ? "too_large" : joined(parts, length));
    };
    const read = (part: unknown) => {
      const bytes = bytesOf(part);
      parts.push(bytes);
      length += bytes.length;
      if (length > limit) finish();
    };
    const breakOff = () => resolve(undefined);
    request.on("data", read).once("end", finish).once("error", breakOff).once("close", breakOff);
  });
}

/** Returns what tells that the client is gone: its connection has ended, also where it closed its own side alone. */
function departureFrom(response: Partial<Pick<ServerResponse, "once" | "destroyed">>): AbortSignal {
  const departure = new AbortController();
  response.once?.("close", () => departure.abort());
  if (response.destroyed) departure.abort();
  return departure.signal;
}

/** Sends the answer, unless one was sent in its place, as of a request that took too long. */
export function write(response: ServerResponse, { status, headers, body }: Answer): void {
  if (response.headersSent) return;
  response.statusCode = status;
  for (const [name, value] of headers) response.setHeader(name, value);
  // Those of a platform's adapter may have no request.
  const request = response.req as IncomingMessage | undefined;
  if (request?.complete !== false) return void response.end(body);
  // After the end Node may close the connection, and who is still sending would lose the answer.
  response.setHeader("content-length", Buffer.byteLength(body));
  response.write(body);
  const end = () => void response.end();
  setTimeout(end, LINGER).unref();
  request.resume().once("close", end);
}

/** Ends an answer that nobody waits for. */
export function drop(response: Partial<Pick<ServerResponse, "destroy">>): void {
  response.destroy?.();
}

/** Returns the code of an error of the format; `undefined` for every other answer. */
export function errorCodeOf({ body }: Answer): number | undefined {
  // `error` is the first member of such an answer, and `code` that of `error`.
  const code = typeof body === "string" ? /^\{"error":\{"code":(\d+)/.exec(body)?.[1] : undefined;
  return code === undefined ? undefined : Number(code);
}
