import { createServer, type Server } from "node:http";
import { splitTarget } from "./body.js";
import { type Answer, write } from "./incoming.js";
import { fromRoute, type Route, UNREAD_TIMEOUT } from "./server.js";

const NOT_FOUND: Answer = { status: 404, headers: [["content-type", "application/json"]], body: '{"status":"not found"}' };
const TIMEOUT = 5_000;

/** A `node:http` server of what is meant for whoever runs the format's server, and for nobody else. */
export function adminServer(routes: readonly Route[]): Server {
  const options = { headersTimeout: TIMEOUT, requestTimeout: TIMEOUT, connectionsCheckingInterval: TIMEOUT };
  const server = createServer(options, (request, response) => {
    const { method = "", url = "" } = request;
    const { path } = splitTarget(url);
    request.resume();
    (fromRoute(routes, method, path) ?? Promise.resolve(NOT_FOUND)).then(
      (answer) => write(response, answer),
      () => response.destroy(),
    );
  });
  return server.setTimeout(UNREAD_TIMEOUT);
}
