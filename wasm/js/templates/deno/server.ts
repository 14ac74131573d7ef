import { createHandler } from "ssokey";
import { sqliteStorage } from "ssokey/sqlite";

const hostname = Deno.env.get("HOST") ?? "127.0.0.1";
const port = Number(Deno.env.get("PORT") ?? 8080);

const handler = await createHandler({
  storage: await sqliteStorage({ url: "file:sso.db" }),
  // Clients are told that something failed, and never what.
  onError: (error, call) => console.error(call ?? "core", error),
});

Deno.serve({ hostname, port }, (request) => handler(request));
