import type { Core } from "../core/core.js";
import type { RawRequest } from "../core/decide.js";
import { createService, quiet, type ServiceOptions } from "./service.js";

/** The parts of a handler. */
export interface HandlerOptions extends ServiceOptions {
  /**
   * The address of the client, for limits and audit events; from the connection, or from a header that a proxy of
   * yours sets. Default: unknown.
   */
  source?: (request: Request) => string | undefined;
}

/** Answers one request. It never rejects: whatever fails is answered with an error of the format. */
export type Handler = (request: Request) => Promise<Response>;

/** Returns the fetch-style handler over a core that is already there. Throws as `createService` does. */
export function handlerOver(core: Core, options: HandlerOptions): Handler {
  const { source = () => undefined } = options;
  const onError = quiet(options.onError);
  const service = createService(core, options);

  const answer = async (request: Request) => {
    try {
      return await service.answer(await rawRequest(request, source(request), service.bodyLimit));
    } catch (error) {
      onError(error, undefined);
      return service.failures.internal;
    }
  };
  return async (request) => {
    const { status, headers, body } = await answer(request);
    return new Response(request.method === "HEAD" ? null : body, { status, headers });
  };
}

async function rawRequest(request: Request, source: string | undefined, bodyLimit: number): Promise<RawRequest> {
  // Of several headers of one name it has the values with commas between, and the core takes them apart.
  const valuesOf = (name: string) => [request.headers.get(name) ?? []].flat();
  return {
    method: request.method,
    ...splitUrl(request.url),
    contentType: request.headers.get("content-type") ?? undefined,
    authorization: valuesOf("authorization"),
    contentEncoding: valuesOf("content-encoding"),
    body: await readUpTo(bodyLimit, request.body),
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

/** Reads the body. Of one that is longer than the limit the rest is not read. */
async function readUpTo(limit: number, stream: ReadableStream<Uint8Array> | null): Promise<Uint8Array | "too_large"> {
  if (stream === null) return new Uint8Array();
  const body = new Uint8Array(limit);
  let length = 0;
  const reader = stream.getReader();
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return body.subarray(0, length);
    if (length + value.length > limit) {
      // Not awaited, and its failure ignored: the answer is known, and depends on nothing that may still come.
      reader.cancel().catch(() => {});
      return "too_large";
    }
    body.set(value, length);
    length += value.length;
  }
}
