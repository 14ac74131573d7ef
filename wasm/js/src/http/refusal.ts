// What Node could not read is answered on the socket itself, by the error of the format that fits.

import { type IncomingMessage, type ServerResponse, STATUS_CODES } from "node:http";
import type { Socket } from "node:net";
import type { Duplex } from "node:stream";
import { type Answer, LINGER } from "./incoming.js";
import type { AdapterFailure } from "./service.js";

interface Exchange {
  request: IncomingMessage;
  response: ServerResponse;
}

/** The exchanges that are under way on each connection, and the connections that are refused. */
export class Refusals {
  readonly #answerOf: (failure: AdapterFailure) => Answer;
  readonly #underWay = new WeakMap<Duplex, Set<Exchange>>();
  readonly #last = new WeakMap<Duplex, IncomingMessage>();
  readonly #refused = new WeakSet<Duplex>();

  /** `answerOf` is asked once for each answer that is sent, and may log it. */
  constructor(answerOf: (failure: AdapterFailure) => Answer) {
    this.#answerOf = answerOf;
  }

  /** Notes a request that Node has handed over. */
  begin(request: IncomingMessage, response: ServerResponse): void {
    const exchange = { request, response };
    const exchanges = this.#underWay.get(request.socket) ?? new Set();
    this.#underWay.set(request.socket, exchanges.add(exchange));
    this.#last.set(request.socket, request);
    response.once("close", () => exchanges.delete(exchange));
  }

  /** Answers what Node could not read on a connection, after the answers that are due there, and closes it. */
  async refuseError({ code }: NodeJS.ErrnoException, socket: Socket): Promise<void> {
    // Bytes that still come after it was refused are not a request either.
    if (this.#refused.has(socket)) return;
    const exchanges = [...(this.#underWay.get(socket) ?? [])];
    const broken = exchanges.find(({ request }) => !request.complete);
    const failure = failureOf(code);
    const isGone = broken !== undefined && code === "HPE_INVALID_EOF_STATE";
    // Who has said nothing is told nothing.
    if (failure === undefined || isGone || socket.bytesRead === 0 || !socket.writable) return void socket.destroy();
    // Neither is who has had the answer before the request was whole.
    const isAnswered = broken === undefined ? this.#last.get(socket)?.complete === false : broken.response.headersSent;
    if (isAnswered) return this.#close(socket);
    await this.refuse(failure, socket, broken);
  }

  /** Answers a connection on which no further request is read. A request that is `broken` is not answered otherwise. */
  async refuse(failure: AdapterFailure, socket: Duplex, broken?: Exchange): Promise<void> {
    this.#refused.add(socket);
    // Nobody else listens on a socket that is not a request's, and an error that nobody hears ends the process.
    socket.on("error", () => {});
    for (const exchange of [...(this.#underWay.get(socket) ?? [])]) if (exchange !== broken) await ended(exchange);
    if (socket.writable) this.#close(socket, httpText(this.#answerOf(failure)));
  }

  /** Whoever is still sending is given the time to read: a socket closed over unread bytes loses the answer. */
  #close(socket: Duplex, text = ""): void {
    this.#refused.add(socket);
    socket.end(text);
    setTimeout(() => socket.destroy(), LINGER).unref();
  }
}

function ended({ response }: Exchange): Promise<void> {
  return new Promise((resolve) => response.once("close", resolve));
}

/** Returns the failure that fits what Node could not read; `undefined` where none does. */
function failureOf(code: string | undefined): AdapterFailure | undefined {
  if (code === "HPE_HEADER_OVERFLOW") return "too_large";
  if (code === "HPE_INVALID_METHOD") return "method_not_allowed";
  // The second is that of a request which does not come to its end.
  return code?.startsWith("HPE_") || code === "ERR_HTTP_REQUEST_TIMEOUT" ? "malformed_request" : undefined;
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
