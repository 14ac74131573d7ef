import type { Core } from "../core/core.js";
import type { RawRequest, RawResponse } from "../core/decide.js";
import type { OperationName, SignedOnUser } from "../core/wire.js";
import type { RefusalsBy } from "../storage/refusals.js";
import { type Body, BodyReadError, bounded, bytesOfQuery, headerValues, readParts, splitTarget } from "./body.js";
import { createService, type ServiceOptions, type SessionOptions } from "./service.js";

/** The parts of a handler. */
export interface HandlerOptions<Name extends OperationName = OperationName> extends ServiceOptions<Name> {
  /**
   * The address of the client, for limits and audit events; from the connection, or from a header that a proxy of
   * yours sets. Default: unknown.
   */
  source?: ((request: Request) => string | undefined) | undefined;
}

/** Answers requests. */
export interface Handler {
  /** Answers one request. It never rejects: whatever fails is answered with an error of the format. */
  (request: Request): Promise<Response>;
  /** Answers as well, but for a path at which nothing is served: it leaves that, the body unread, to `next`. */
  <Other>(request: Request, next: () => Other): Promise<Response | Awaited<Other>>;
  /**
   * Returns the holder of the request's token, or a response that refuses the request: 401, or 503 where the storage fails.
   *
   * Rejects with a `SettingsError` if `product` is not one of the server's.
   */
  requireSession(
    request: Pick<Request, "method" | "headers">,
    options: SessionOptions,
  ): Promise<{ holder: SignedOnUser; response?: never } | { holder?: never; response: Response }>;
  /**
   * Stores the refusals that are kept back, within 2 s: call it before the storage is closed. In Node, Deno and Bun those of a second are
   * stored together; elsewhere one of a second, and how many the others were. It never rejects.
   */
  flush(): Promise<void>;
}

/** Returns the fetch-style handler over a core that is already there. Throws as `createService` does. */
export function handlerOver<Name extends OperationName>(
  core: Core,
  options: HandlerOptions<Name>,
  refusalsBy?: RefusalsBy,
): Handler {
  const service = createService(core, options, refusalsBy);
  const { source = () => undefined } = options;

  const handle = async (request: Request, next?: unknown) => {
    let method: unknown;
    try {
      ({ method } = request);
      // Runtimes give other things in its place: an environment, a connection.
      if (typeof next !== "function" || service.isServed(targetOf(request).path)) {
        const from = source(request);
        const read = (over: Promise<void>) => rawRequest(request, from, service.bodyLimit, over);
        return responseOf((await service.answer(read)) ?? service.failures.malformed_request, method);
      }
    } catch (error) {
      service.onError(error, undefined);
      return responseOf(service.failures.internal, method);
    }
    return (next as () => unknown)();
  };
  return Object.assign(handle as Handler, {
    async requireSession(request: Pick<Request, "method" | "headers">, options: SessionOptions) {
      const found = await service.findHolder(headerValues(request.headers, "authorization"), options);
      return "holder" in found ? found : { response: responseOf(found.answer, request.method) };
    },
    flush: () => service.flush(),
  });
}

function responseOf({ status, headers, body }: RawResponse, method: unknown): Response {
  return new Response(method === "HEAD" ? null : body, { status, headers });
}

function targetOf({ url }: Request): ReturnType<typeof splitTarget> {
  return splitTarget(url.replace(/#.*/s, ""));
}

/** Returns nothing if the client breaks off before its request is complete. */
async function rawRequest(
  request: Request,
  source: string | undefined,
  bodyLimit: number,
  over: Promise<void>,
): Promise<RawRequest | undefined> {
  // Of several headers of one name there are the values with commas between, and the core takes them apart.
  const valuesOf = (name: string) => headerValues(request.headers, name);
  const { path, query } = targetOf(request);
  // Before the body: Bun forgets the type that a body gave its request as soon as that is read.
  const head = {
    method: request.method,
    path,
    query: bytesOfQuery(query),
    contentType: valuesOf("content-type")[0],
    authorization: valuesOf("authorization"),
    contentEncoding: valuesOf("content-encoding"),
    source,
    signal: signalOf(request),
  };
  const body = await readBody(request, bodyLimit, over);
  return body && { ...head, body };
}

/** Returns what tells that the client is gone. Not every runtime has it. */
function signalOf({ signal }: { signal?: Partial<AbortSignal> | null }): AbortSignal | undefined {
  return typeof signal?.addEventListener === "function" ? (signal as AbortSignal) : undefined;
}

async function readBody(request: Request, limit: number, over: Promise<void>): Promise<Body> {
  const body = request.body as (ReadableStream<Uint8Array> & Partial<AsyncIterable<unknown>>) | null | undefined;
  if (request.bodyUsed || body?.locked) throw new BodyReadError();
  // Deno and Bun keep the body of a GET from its handler, but not its length.
  if (body === null) return Number(headerValues(request.headers, "content-length")[0]) > limit ? "too_large" : new Uint8Array();
  if (typeof body?.getReader === "function") {
    const reader = body.getReader();
    return readParts({ next: () => reader.read(), stop: () => reader.cancel() }, limit, over);
  }
  const parts = body?.[Symbol.asyncIterator]?.();
  if (parts !== undefined) return readParts({ next: () => parts.next(), stop: () => parts.return?.() }, limit, over);
  // Firefox has no `body`.
  const bytes = await request.arrayBuffer().catch(() => undefined);
  return bytes && bounded(new Uint8Array(bytes), limit);
}
