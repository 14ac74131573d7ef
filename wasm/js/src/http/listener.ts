// The mount for `node:http`, Express and whatever else takes a listener of Node's.

import type { IncomingMessage, ServerResponse } from "node:http";
import { loadCore } from "../core/node.js";
import type { OperationName, SignedOnUser } from "../core/wire.js";
import { kept } from "../storage/refusals.js";
import { splitTarget } from "./body.js";
import { addressOf, drop, reading, valuesOf, write } from "./incoming.js";
import { createService, type ServiceOptions, type SessionOptions } from "./service.js";

/** The parts of a listener. */
export interface ListenerOptions<Name extends OperationName = OperationName> extends ServiceOptions<Name> {
  /** The address of the client, for limits and audit events. Default: that of the connection. */
  source?: ((request: IncomingMessage) => string | undefined) | undefined;
}

/** Answers requests of `node:http`. */
export interface Listener {
  /**
   * Answers one request. With `next`, as in Express, it leaves every path to it at which nothing is served, the body unread, and
   * tells it of a request whose body was read already.
   */
  (request: IncomingMessage, response: ServerResponse, next?: (error?: unknown) => void): void;
  /**
   * Returns the holder of the request's token. Where there is none it answers the request, with 401, or 503 where the storage
   * fails, and returns `undefined`.
   *
   * Rejects with a `SettingsError` if `product` is not one of the server's.
   */
  requireSession(request: IncomingMessage, response: ServerResponse, options: SessionOptions): Promise<SignedOnUser | undefined>;
  /** Stores the refusals that are kept back, within 2 s: call it before the storage is closed. It never rejects. */
  flush(): Promise<void>;
}

/**
 * The format over your storage, as a listener. URL and body reach the core byte for byte, so it has to come before
 * anything that reads bodies.
 *
 * ```js
 * app.use(await createListener({ storage }));
 * ```
 *
 * Rejects like `createHandler`.
 */
export async function createListener<Name extends OperationName = OperationName>(
  options: ListenerOptions<Name>,
): Promise<Listener> {
  const service = createService(await loadCore(), options, kept);
  const { source = addressOf } = options;

  const answer = async (request: IncomingMessage, response: ServerResponse) => {
    const answer = await service.answer(reading(service, request, response, source(request)));
    if (answer === undefined) return drop(response);
    write(response, answer);
  };
  const listen = (...[request, response, next]: Parameters<Listener>) => {
    // What is no request, as a test may give, is answered with what is wrong with it.
    const { url = "" } = Object(request) as Partial<IncomingMessage>;
    if (next !== undefined && typeof url === "string" && !service.isServed(splitTarget(url).path)) return next();
    const leave = (error: unknown) => {
      if (next === undefined || (Object(error) as { name?: unknown }).name !== "BodyReadError") throw error;
      next(error);
    };
    answer(request, response)
      .catch(leave)
      .catch((error: unknown) => {
        service.onError(error, undefined);
        write(response, service.failures.internal);
      })
      // Neither is that any response.
      .catch((error: unknown) => service.onError(error, undefined));
  };
  return Object.assign(listen, {
    async requireSession(request: IncomingMessage, response: ServerResponse, options: SessionOptions) {
      const found = await service.findHolder(valuesOf(request, "authorization"), options);
      if ("holder" in found) return found.holder;
      write(response, found.answer);
      return undefined;
    },
    flush: () => service.flush(),
  });
}
