import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { Socket } from "node:net";
import type { OperationName } from "../core/wire.js";
import { splitTarget } from "./body.js";
import { type Answer, addressOf, drop, errorCodeOf, headerOf, reading, write } from "./incoming.js";
import { Refusals } from "./refusal.js";
import { requestId, requestIdFrom } from "./request-id.js";
import type { Service } from "./service.js";

/** One answered request, for a log. It holds no secret. */
export interface Served {
  /** The `X-Request-Id` of the answer. */
  id: string;
  method: string;
  /** Without the query; `-` for every path at which nothing is served, since a client may have put anything there. */
  path: string;
  /** The operation of the format that was asked for, if any. */
  operation: OperationName | undefined;
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

/** How a server is to be. */
export interface ServerOptions {
  /** What is answered beside the format. */
  routes?: readonly Route[];
  /** Takes the id of a request from `X-Request-Id`, which is logged and answered: where nobody but a proxy sets it. */
  trustsRequestId?: boolean;
  /** Returns the client's address. Default: the other end of the connection. */
  source?: ((request: IncomingMessage) => string | undefined) | undefined;
}

const MAX_HEADER_BYTES = 32 * 1024;
const HEADERS_TIMEOUT = 10_000;
const REQUEST_TIMEOUT = 30_000;
/** The time for which a client may leave its answers unread. It counts while a request is decided too, which takes less. */
export const UNREAD_TIMEOUT = 60_000;
/** The time after which a request that took too long is seen to have. */
const CHECKING_INTERVAL = 1_000;
/** As nginx logs it. */
const CLIENT_GONE = 499;

/**
 * A `node:http` server over `service`, and over what stands beside it. The URL and the body reach the service byte for
 * byte. What Node does not take in is answered as well, by the error of the format that fits: headers beyond Node's limit, a
 * byte beyond ASCII in a URL, what is not HTTP at all.
 */
export function nodeServer(service: Service, served: (request: Served) => void, options: ServerOptions = {}): Server {
  const { routes = [], trustsRequestId = false, source = addressOf } = options;
  const refusals = new Refusals((failure) => {
    const id = requestIdFrom(undefined);
    const answer = service.failures[failure];
    served({ id, method: "-", path: "-", operation: undefined, ...outcomeOf(answer, performance.now()) });
    return { ...answer, headers: [...answer.headers, ["x-request-id", id]] };
  });
  const server = createServer({
    maxHeaderSize: MAX_HEADER_BYTES,
    headersTimeout: HEADERS_TIMEOUT,
    requestTimeout: REQUEST_TIMEOUT,
    connectionsCheckingInterval: CHECKING_INTERVAL,
    requireHostHeader: false,
  });
  server.setTimeout(UNREAD_TIMEOUT);
  const respond = async (id: string, request: IncomingMessage, response: ServerResponse) => {
    const start = performance.now();
    const { method = "" } = request;
    const { path } = splitTarget(request.url ?? "");
    const operation = service.operationAt(path);
    let answer = await fromRoute(routes, method, path);
    const isKnown = answer !== undefined || operation !== undefined;
    if (answer === undefined) {
      answer = await service.answer(reading(service, request, response, source(request)));
      if (answer === undefined) return drop(response);
    }
    const isGone = response.destroyed;
    response.setHeader("x-request-id", id);
    // At its end a server takes no further request, so a client should not send it here.
    if (!server.listening) response.setHeader("connection", "close");
    write(response, answer);
    const outcome = outcomeOf(answer, start);
    const status = isGone ? { status: CLIENT_GONE, code: undefined } : {};
    served({ id, method, path: isKnown ? path : "-", operation, ...outcome, ...status });
  };
  const listener = (request: IncomingMessage, response: ServerResponse) => {
    refusals.begin(request, response);
    const id = requestIdFrom(trustsRequestId ? headerOf(request, "x-request-id") : undefined);
    void requestId.run(id, respond, id, request, response);
  };
  // What an `Expect` header asks for does not matter: Node would answer it in words of its own.
  server.on("request", listener).on("checkExpectation", listener);
  server.on("connect", (_request, socket) => void refusals.refuse("method_not_allowed", socket));
  server.on("clientError", (error, socket) => void refusals.refuseError(error, socket as Socket));
  return server;
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
