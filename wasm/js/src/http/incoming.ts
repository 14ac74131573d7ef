// Between Node's requests and answers and those of the core, byte for byte.

import type { IncomingMessage, ServerResponse } from "node:http";
import type { RawRequest } from "../core/decide.js";

/** An answer, of the core or of something beside it. */
export interface Answer {
  status: number;
  headers: [name: string, value: string][];
  body: string | Uint8Array;
}

/** Rejects if the client goes away before its request is complete. */
export async function rawRequest(request: IncomingMessage, source: string | undefined, bodyLimit: number): Promise<RawRequest> {
  return {
    method: request.method ?? "",
    ...splitTarget(request.url ?? ""),
    contentType: headerOf(request, "content-type"),
    authorization: valuesOf(request, "authorization"),
    contentEncoding: valuesOf(request, "content-encoding"),
    body: await readUpTo(bodyLimit, request),
    source,
  };
}

/** Returns a header's value; of several headers of one name, the values with commas between. */
export function headerOf(request: IncomingMessage, name: string): string | undefined {
  const values = valuesOf(request, name);
  return values.length === 0 ? undefined : values.join(", ");
}

/**
 * Returns the value of each header of that name. Node's `headers` drops the second of some, unseen; but a request that no
 * connection of Node's brought, of a test or of a platform's adapter, may have that alone.
 */
function valuesOf(request: Partial<Pick<IncomingMessage, "headersDistinct">> & IncomingMessage, name: string): string[] {
  return request.headersDistinct?.[name] ?? [request.headers[name] ?? []].flat();
}

/** Path and query of a request target. Node hands over its bytes as the characters U+0000 to U+00FF. */
export function splitTarget(target: string): { path: string; query: Uint8Array } {
  // A proxy may send the absolute form, `GET http://host/path`, which means the same.
  const local = target.replace(/^https?:\/\/[^/?]*/i, "");
  const question = local.indexOf("?");
  const end = question === -1 ? local.length : question;
  return { path: local.slice(0, end), query: Buffer.from(local.slice(end + 1), "latin1") };
}

/** Reads the body. Of one that is longer than the limit the rest is discarded as it comes: the client gets to its answer. */
function readUpTo(limit: number, request: IncomingMessage): Promise<Uint8Array | "too_large"> {
  return new Promise((resolve, reject) => {
    // A stream that was destroyed tells nobody any more.
    if (request.destroyed) return reject(new Error("the client went away"));
    const parts: Buffer[] = [];
    let length = 0;
    const finish = () => {
      request.off("data", read).off("end", finish).resume();
      resolve(length > limit ? "too_large" : Buffer.concat(parts));
    };
    const read = (part: Buffer) => {
      parts.push(part);
      length += part.length;
      if (length > limit) finish();
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

/** Returns the code of an error of the format; `undefined` for every other answer. */
export function errorCodeOf({ body }: Answer): number | undefined {
  // `error` is the first member of such an answer, and `code` that of `error`.
  const code = typeof body === "string" ? /^\{"error":\{"code":(\d+)/.exec(body)?.[1] : undefined;
  return code === undefined ? undefined : Number(code);
}
