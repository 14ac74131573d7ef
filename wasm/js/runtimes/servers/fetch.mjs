// For Deno and Bun: the handler over a database file, whose URL is the argument. Prints where it listens when it does.

import { createHandler } from "ssokey";
import { sqliteStorage } from "ssokey/sqlite";

const handler = await createHandler({ storage: await sqliteStorage({ url: process.argv[2] }) });
const hostname = "127.0.0.1";
const fetch = (request) => handler(request);

if (globalThis.Deno === undefined) {
  const { port } = Bun.serve({ hostname, port: 0, fetch });
  ready(port);
} else Deno.serve({ hostname, port: 0, onListen: ({ port }) => ready(port) }, fetch);

function ready(port) {
  console.log(`listening on http://${hostname}:${port}`);
}
