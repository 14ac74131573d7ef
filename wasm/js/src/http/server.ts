import { createServer, type IncomingMessage, type Server, type ServerResponse, STATUS_CODES } from "node:http";
import type { Duplex } from "node:stream";
import { splitTarget } from "./body.js";
import { type Answer, addressOf, departureFrom, drop, errorCodeOf, headerOf, rawRequest, write } from "./incoming.js";
import { requestId, requestIdFrom } from "./request-id.js";
import type { AdapterFailure, Service } from "./service.js";

/** One answered request, for a log. It holds no secret. */
export interface Served {
  /** The `X-Request-Id` of the answer. */
  id: string;
  method: string;
  /** Without the query, and cut where something follows that belongs into none. */
  path: string;
  /** That of the answer; 499 where the client was gone before it. */
  status: number;
  /** The format's code of an error. */
  code: number | undefined;
  milliseconds: number;
}

/**
 * Answers what the format has no part in, such as a health check; `undefined` for all that it leaves to the format. Like a
 * service it never rejects.
 */
export type Route = (request: { method: string; path: string }) => Promise<Answer> | undefined;

const MAX_HEADER_BYTES = 32 * 1024;
const HEADERS_TIMEOUT = 10_000;
const REQUEST_TIMEOUT = 30_000;
const LINGER = 2_000;
/** As nginx logs it. */
const CLIENT_GONE = 499;

/**
 * A `node:http` server over `service`, and over what stands beside it. The URL and the body reach the service byte for
 * byte. What Node does not take in is answered as well, by the error of the format that fits: headers beyond Node's limit, a
 * byte beyond ASCII in a URL, what is not HTTP at all.
 */
export function nodeServer(
  service: Service,
  served: (request: Served) => void,
  routes: readonly Route[] = [],
  source: (request: IncomingMessage) => string | undefined = addressOf,
): Server {
  const busy = new WeakSet<Duplex>();
  const refused = new WeakSet<Duplex>();
  const server = createServer({
    maxHeaderSize: MAX_HEADER_BYTES,
    headersTimeout: HEADERS_TIMEOUT,
    requestTimeout: REQUEST_TIMEOUT,
    requireHostHeader: false,
  });
  const listener = (request: IncomingMessage, response: ServerResponse) => {
    const { socket } = request;
    busy.add(socket);
    response.once("close", () => busy.delete(socket));
    const id = requestIdFrom(headerOf(request, "x-request-id"));
    void requestId.run(id, answer, id, service, routes, source(request), request, response, served);
  };
  // What an `Expect` header asks for does not matter: Node would answer it in words of its own.
  server.on("request", listener).on("checkExpectation", listener);
  server.on("connect", (_request, socket) => {
    refuse(service.failures.method_not_allowed, socket, served);
  });
  server.on("clientError", (error: NodeJS.ErrnoException, socket) => {
    // Bytes that still come after it was refused are not a request either.
    if (refused.has(socket)) return;
    // Bytes written into an answer that is under way would corrupt it.
    const failure = busy.has(socket) || !socket.writable ? undefined : failureOf(error.code);
    if (failure === undefined) return void socket.destroy();
    refused.add(socket);
    refuse(service.failures[failure], socket, served);
  });
  return server;
}

async function answer(
  id: string,
  service: Service,
  routes: readonly Route[],
  source: string | undefined,
  request: IncomingMessage,
  response: ServerResponse,
  served: (request: Served) => void,
): Promise<void> {
  const start = performance.now();
  const { method = "" } = request;
  const { path } = splitTarget(request.url ?? "");
  let answer = await fromRoute(routes, method, path);
  if (answer === undefined) {
    const raw = await rawRequest(request, source, service.bodyLimit);
    if (raw === undefined) return drop(response);
    answer = await service.answer({ ...raw, signal: departureFrom(response) });
  }
  const isGone = response.destroyed;
  response.setHeader("x-request-id", id);
  write(response, answer);
  const outcome = outcomeOf(answer, start);
  served({ id, method, path: loggable(path), ...outcome, ...(isGone && { status: CLIENT_GONE, code: undefined }) });
}

/** The answer of the first that has one. */
function fromRoute(routes: readonly Route[], method: string, path: string): Promise<Answer> | undefined {
  for (const route of routes) {
    const answer = route({ method, path });
    if (answer !== undefined) return answer;
  }
  return undefined;
}

function outcomeOf(answer: Answer, start: number): Pick<Served, "status" | "code" | "milliseconds"> {
  return { status: answer.status, code: errorCodeOf(answer), milliseconds: performance.now() - start };
}

/** Returns the failure that fits what Node could not read; `undefined` where none does. */
function failureOf(code: string | undefined): AdapterFailure | undefined {
  if (code === "HPE_HEADER_OVERFLOW") return "too_large";
  if (code === "HPE_INVALID_METHOD") return "method_not_allowed";
  return code?.startsWith("HPE_") ? "malformed_request" : undefined;
}

function refuse(answer: Answer, socket: Duplex, served: (request: Served) => void): void {
  const start = performance.now();
  const id = requestIdFrom(undefined);
  // Nobody else listens on a socket that is not a request's, and an error that nobody hears ends the process.
  socket.on("error", () => {});
  // Whoever is still sending is given the time to read: a socket closed over unread bytes loses the answer.
  socket.end(httpText({ ...answer, headers: [...answer.headers, ["x-request-id", id]] }));
  setTimeout(() => socket.destroy(), LINGER).unref();
  served({ id, method: "-", path: "-", ...outcomeOf(answer, start) });
}

function httpText({ status, headers, body }: Answer): string {
  const lines = [
    `HTTP/1.1 ${status} ${STATUS_CODES[status]}`,
    ...headers.map(([name, value]) => `${name}: ${value}`),
    `content-length: ${Buffer.byteLength(body)}`,
    "connection: close",
  ];
  return `${lines.join("\r\n")}\r\n\r\n${body}`;
}

/** A client that forgets the `?` has its password in the path. */
function loggable(path: string): string {
  const plain = /^[/A-Za-z0-9._-]{0,64}/.exec(path)?.[0] ?? "";
  return plain === path ? path : `${plain}…`;
}
