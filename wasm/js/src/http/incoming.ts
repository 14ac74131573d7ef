// Between Node's requests and answers and those of the core, byte for byte.

import type { IncomingMessage, ServerResponse } from "node:http";
import { BODY_LIMIT, type RawRequest } from "../core/decide.js";

/** An answer, of the core or of something beside it. */
export interface Answer {
  status: number;
  headers: [name: string, value: string][];
  body: string | Uint8Array;
}

/** A request that carries nothing. */
export const EMPTY: RawRequest = {
  method: "GET",
  path: "/api/sso/authenticate",
  query: new Uint8Array(),
  contentType: undefined,
  authorization: undefined,
  body: new Uint8Array(),
  source: undefined,
};

/** Rejects if the client goes away before its request is complete. */
export async function rawRequest(request: IncomingMessage, source: string | undefined): Promise<RawRequest> {
  return {
    method: request.method ?? "",
    ...splitTarget(request.url ?? ""),
    contentType: headerOf(request, "content-type"),
    authorization: headerOf(request, "authorization"),
    body: await readCapped(request),
    source,
  };
}

/** A header's value; of two headers of one name Node's `headers` would drop the second, unseen. */
export function headerOf(request: IncomingMessage, name: string): string | undefined {
  return request.headersDistinct[name]?.join(", ");
}

/** Path and query of a request target. Node hands over its bytes as the characters U+0000 to U+00FF. */
export function splitTarget(target: string): { path: string; query: Uint8Array } {
  // A proxy may send the absolute form, `GET http://host/path`, which means the same.
  const local = target.replace(/^https?:\/\/[^/?]*/i, "");
  const question = local.indexOf("?");
  const end = question === -1 ? local.length : question;
  return { path: local.slice(0, end), query: Buffer.from(local.slice(end + 1), "latin1") };
}

/** The body, cut one byte after the limit. What follows is discarded as it comes: the client gets to its answer. */
function readCapped(request: IncomingMessage): Promise<Uint8Array> {
  return new Promise((resolve, reject) => {
    // A stream that was destroyed tells nobody any more.
    if (request.destroyed) return reject(new Error("the client went away"));
    const parts: Buffer[] = [];
    let length = 0;
    const finish = () => {
      request.off("data", read).off("end", finish).resume();
      resolve(Buffer.concat(parts).subarray(0, BODY_LIMIT + 1));
    };
    const read = (part: Buffer) => {
      parts.push(part);
      length += part.length;
      if (length > BODY_LIMIT) finish();
    };
    request.on("data", read).once("end", finish).once("error", reject);
  });
}

/** Sends the answer. */
export function write(response: ServerResponse, { status, headers, body }: Answer): void {
  response.statusCode = status;
  for (const [name, value] of headers) response.setHeader(name, value);
  response.end(body);
}

/** The code of an error of the format; `undefined` for every other answer. */
export function errorCodeOf({ body }: Answer): number | undefined {
  // `error` is the first member of such an answer, and `code` that of `error`.
  const code = typeof body === "string" ? /^\{"error":\{"code":(\d+)/.exec(body)?.[1] : undefined;
  return code === undefined ? undefined : Number(code);
}
