// The mount for `node:http`, Express and whatever else takes a listener of Node's.

import type { IncomingMessage, ServerResponse } from "node:http";
import { loadCore } from "../core/node.js";
import { rawRequest, splitTarget, write } from "./incoming.js";
import { createService, quiet, type ServiceOptions } from "./service.js";

/** The parts of a listener. */
export interface ListenerOptions extends ServiceOptions {
  /** The address of the client, for limits and audit events. Default: that of the connection. */
  source?: (request: IncomingMessage) => string | undefined;
}

/**
 * Answers a request of `node:http`. With `next`, as in Express, it leaves every path to it that the format does not know,
 * the body unread, and tells it of a request whose body was read already.
 */
export type Listener = (request: IncomingMessage, response: ServerResponse, next?: (error?: unknown) => void) => void;

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
export async function createListener(options: ListenerOptions): Promise<Listener> {
  const { source = ({ socket }: IncomingMessage) => socket.remoteAddress } = options;
  const onError = quiet(options.onError);
  const core = await loadCore();
  const service = createService(core, options);

  const answer = async (...[request, response, next]: Parameters<Listener>) => {
    if (next !== undefined && !core.isServed(splitTarget(request.url ?? "").path)) return next();
    if (request.readableDidRead) throw new Error("the body was read already; mount ssokey before all that reads bodies");
    const raw = await rawRequest(request, source(request), service.bodyLimit).catch((error: unknown) => {
      // The client went away before its request was complete.
      if (request.destroyed) return undefined;
      throw error;
    });
    if (raw === undefined) return void response.destroy();
    write(response, await service.answer(raw));
  };
  return (request, response, next) => {
    answer(request, response, next).catch((error: unknown) => {
      if (next !== undefined) return next(error);
      onError(error, undefined);
      write(response, service.failures.internal);
    });
  };
}
