import type { Core } from "../core/core.js";
import { BODY_LIMIT, type RawRequest } from "../core/decide.js";
import { createService, internalFailure, quiet, type ServiceOptions } from "./service.js";

/** What a handler is made of. */
export interface HandlerOptions extends ServiceOptions {
  /**
   * The address of the client, for limits and audit events; from the connection, or from a header that a proxy of
   * yours sets. Default: unknown.
   */
  source?: (request: Request) => string | undefined;
}

/** Answers one request. It never rejects: whatever fails is answered with an error of the format. */
export type Handler = (request: Request) => Promise<Response>;

/** The fetch-style handler over a core that is already there. */
export function handlerOver(core: Core, options: HandlerOptions): Handler {
  const { source = () => undefined, legacyStatus = false } = options;
  const onError = quiet(options.onError);
  const service = createService(core, options);

  const answer = async (request: Request) => {
    try {
      return await service(await rawRequest(request, source(request)));
    } catch (error) {
      onError(error, undefined);
      return internalFailure(legacyStatus);
    }
  };
  return async (request) => {
    const { status, headers, body } = await answer(request);
    return new Response(request.method === "HEAD" ? null : body, { status, headers });
  };
}

async function rawRequest(request: Request, source: string | undefined): Promise<RawRequest> {
  const { path, query } = splitUrl(request.url);
  return {
    method: request.method,
    path,
    query,
    contentType: request.headers.get("content-type") ?? undefined,
    authorization: request.headers.get("authorization") ?? undefined,
    body: await readCapped(request.body),
    source,
  };
}

/** Path and query as they stand in the URL. `URLSearchParams` would decode, and merge different bytes into one. */
function splitUrl(url: string): { path: string; query: Uint8Array } {
  const [address = ""] = url.split("#", 1);
  const question = address.indexOf("?");
  const end = question === -1 ? address.length : question;
  const start = address.indexOf("/", address.indexOf("://") + 3);
  return { path: address.slice(start, end), query: new TextEncoder().encode(address.slice(end + 1)) };
}

/** The body, cut one byte after the limit; the rest is not read. */
async function readCapped(stream: ReadableStream<Uint8Array> | null): Promise<Uint8Array> {
  if (stream === null) return new Uint8Array();
  const body = new Uint8Array(BODY_LIMIT + 1);
  let length = 0;
  const reader = stream.getReader();
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return body.subarray(0, length);
    const part = value.subarray(0, body.length - length);
    body.set(part, length);
    length += part.length;
    if (length === body.length) {
      // Not awaited, and its failure ignored: the answer is known, and depends on nothing that may still come.
      reader.cancel().catch(() => {});
      return body;
    }
  }
}
