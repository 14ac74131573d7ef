import { createServer, type IncomingMessage, type Server, type ServerResponse, STATUS_CODES } from "node:http";
import type { Duplex } from "node:stream";
import { BODY_LIMIT, type RawRequest, type RawResponse } from "./decide.js";
import type { Service } from "./service.js";

/** One answered request, for a log. It holds no secret. */
export interface Served {
  method: string;
  /** Without the query, and cut where something follows that belongs into none. */
  path: string;
  status: number;
  milliseconds: number;
}

const MAX_HEADER_BYTES = 32 * 1024;
const HEADERS_TIMEOUT = 10_000;
const REQUEST_TIMEOUT = 30_000;
const LINGER = 2_000;

/**
 * A `node:http` server over `service`. The URL and the body reach it byte for byte. What Node does not take in is
 * answered as well, by the error of the format that fits: a URL beyond its limit, a byte beyond ASCII in a URL, what
 * is no request at all.
 */
export function nodeServer(service: Service, served: (request: Served) => void): Server {
  const busy = new WeakSet<Duplex>();
  const refused = new WeakSet<Duplex>();
  const server = createServer({
    maxHeaderSize: MAX_HEADER_BYTES,
    headersTimeout: HEADERS_TIMEOUT,
    requestTimeout: REQUEST_TIMEOUT,
    requireHostHeader: false,
    // Of two headers of one name Node would drop the second, unseen.
    joinDuplicateHeaders: true,
  });
  // A client that has said all it has to say and closed its side is still waiting. Node's types do not know the property.
  Object.assign(server, { httpAllowHalfOpen: true });
  const listener = (request: IncomingMessage, response: ServerResponse) => {
    const { socket } = request;
    busy.add(socket);
    response.once("close", () => busy.delete(socket));
    void answer(service, request, response, served);
  };
  // What an `Expect` header asks for does not matter: Node would answer it in words of its own.
  server.on("request", listener).on("checkExpectation", listener);
  server.on("connect", (_request, socket) => {
    void refuse(service, { ...WELL_FORMED, method: "CONNECT" }, socket, served);
  });
  server.on("clientError", (error: NodeJS.ErrnoException, socket) => {
    // What still comes after it was refused is no request either.
    if (refused.has(socket)) return;
    // Bytes written into an answer that is under way would corrupt it.
    const readable = busy.has(socket) || !socket.writable ? undefined : substitute(error.code);
    if (readable === undefined) return void socket.destroy();
    refused.add(socket);
    void refuse(service, readable, socket, served);
  });
  return server;
}

async function answer(
  service: Service,
  request: IncomingMessage,
  response: ServerResponse,
  served: (request: Served) => void,
): Promise<void> {
  const start = performance.now();
  let raw: RawRequest;
  try {
    raw = await rawRequest(request);
  } catch {
    // The client went away before its request was complete.
    return void response.destroy();
  }
  const { status, headers, body } = await service(raw);
  response.statusCode = status;
  for (const [name, value] of headers) response.setHeader(name, value);
  response.end(body);
  served({ method: raw.method, path: loggable(raw.path), status, milliseconds: performance.now() - start });
}

async function rawRequest(request: IncomingMessage): Promise<RawRequest> {
  return {
    method: request.method ?? "",
    ...splitTarget(request.url ?? ""),
    contentType: request.headers["content-type"],
    authorization: request.headers.authorization,
    body: await readCapped(request),
    source: request.socket.remoteAddress,
  };
}

/** Path and query of a request target. Node hands over its bytes as the characters U+0000 to U+00FF. */
function splitTarget(target: string): { path: string; query: Uint8Array } {
  // A proxy may send the absolute form, `GET http://host/path`, which means the same.
  const local = target.replace(/^https?:\/\/[^/?]*/i, "");
  const question = local.indexOf("?");
  const end = question === -1 ? local.length : question;
  return { path: local.slice(0, end), query: Buffer.from(local.slice(end + 1), "latin1") };
}

/** The body, cut one byte after the limit. What follows is discarded as it comes: the client gets to its answer. */
function readCapped(request: IncomingMessage): Promise<Uint8Array> {
  return new Promise((resolve, reject) => {
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

const NOTHING = new Uint8Array();

const WELL_FORMED: RawRequest = {
  method: "GET",
  path: "/api/sso/authenticate",
  query: NOTHING,
  contentType: undefined,
  authorization: undefined,
  body: NOTHING,
  source: undefined,
};

/** The request whose refusal fits one that Node could not read; `undefined` where there is none to fit. */
function substitute(code: string | undefined): RawRequest | undefined {
  if (code === "HPE_HEADER_OVERFLOW") return { ...WELL_FORMED, query: new Uint8Array(BODY_LIMIT + 1) };
  if (code === "HPE_INVALID_METHOD") return { ...WELL_FORMED, method: "UNKNOWN" };
  if (code?.startsWith("HPE_")) return { ...WELL_FORMED, query: new TextEncoder().encode("%") };
  return undefined;
}

async function refuse(
  service: Service,
  request: RawRequest,
  socket: Duplex,
  served: (request: Served) => void,
): Promise<void> {
  const start = performance.now();
  // Nobody else listens on a socket that is no request's, and an error that nobody hears ends the process.
  socket.on("error", () => {});
  const response = await service(request);
  // Whoever is still sending is given the time to read: a socket closed over unread bytes loses the answer.
  socket.end(httpText(response));
  setTimeout(() => socket.destroy(), LINGER).unref();
  served({ method: "-", path: "-", status: response.status, milliseconds: performance.now() - start });
}

function httpText({ status, headers, body }: RawResponse): string {
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
