import { createServer, type IncomingMessage, type Server, type ServerResponse, STATUS_CODES } from "node:http";
import type { Duplex } from "node:stream";
import type { OperationName } from "../core/wire.js";
import { splitTarget } from "./body.js";
import { type Answer, addressOf, drop, errorCodeOf, headerOf, rawRequest, write } from "./incoming.js";
import { requestId, requestIdFrom } from "./request-id.js";
import type { AdapterFailure, Service } from "./service.js";

/** One answered request, for a log. It holds no secret. */
export interface Served {
  /** The `X-Request-Id` of the answer. */
  id: string;
  method: string;
  /** Without the query; `-` for every path at which nothing is served, since a client may have put anything there. */
  path: string;
  /** The operation of the format that was asked for, if any. */
  operation: OperationName | undefined;
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

/** How a server is to be. */
export interface ServerOptions {
  /** What is answered beside the format. */
  routes?: readonly Route[];
  /** Takes the id of a request from `X-Request-Id`, which is logged and answered: where nobody but a proxy sets it. */
  trustsRequestId?: boolean;
}

const MAX_HEADER_BYTES = 32 * 1024;
const HEADERS_TIMEOUT = 10_000;
const REQUEST_TIMEOUT = 30_000;
const LINGER = 2_000;

/**
 * A `node:http` server over `service`, and over what stands beside it. The URL and the body reach the service byte for
 * byte. What Node does not take in is answered as well, by the error of the format that fits: headers beyond Node's limit, a
 * byte beyond ASCII in a URL, what is not HTTP at all.
 */
export function nodeServer(service: Service, served: (request: Served) => void, options: ServerOptions = {}): Server {
  const { routes = [], trustsRequestId = false } = options;
  const busy = new WeakSet<Duplex>();
  const refused = new WeakSet<Duplex>();
  const server = createServer({
    maxHeaderSize: MAX_HEADER_BYTES,
    headersTimeout: HEADERS_TIMEOUT,
    requestTimeout: REQUEST_TIMEOUT,
    requireHostHeader: false,
  });
  // A client that has said all it has to say and closed its side is still waiting. Node's types do not know the property.
  Object.assign(server, { httpAllowHalfOpen: true });
  const listener = (request: IncomingMessage, response: ServerResponse) => {
    const { socket } = request;
    busy.add(socket);
    response.once("close", () => busy.delete(socket));
    const id = requestIdFrom(trustsRequestId ? headerOf(request, "x-request-id") : undefined);
    void requestId.run(id, answer, id, service, routes, request, response, served);
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
  request: IncomingMessage,
  response: ServerResponse,
  served: (request: Served) => void,
): Promise<void> {
  const start = performance.now();
  const { method = "" } = request;
  const { path } = splitTarget(request.url ?? "");
  const operation = service.operationAt(path);
  let answer = await fromRoute(routes, method, path);
  const isKnown = answer !== undefined || operation !== undefined;
  if (answer === undefined) {
    const raw = await rawRequest(request, addressOf(request), service.bodyLimit);
    if (raw === undefined) return drop(response);
    answer = await service.answer(raw);
  }
  response.setHeader("x-request-id", id);
  write(response, answer);
  served({ id, method, path: isKnown ? path : "-", operation, ...outcomeOf(answer, start) });
}

/** Returns the answer of the first that has one. */
export function fromRoute(routes: readonly Route[], method: string, path: string): Promise<Answer> | undefined {
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
  served({ id, method: "-", path: "-", operation: undefined, ...outcomeOf(answer, start) });
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
