import { createHandler } from "ssokey";
import { sqliteStorage } from "ssokey/sqlite";

const { HOST = "127.0.0.1", PORT = "8080" } = process.env;

const handler = await createHandler({
  storage: await sqliteStorage({ url: "file:sso.db" }),
  // Clients are told that something failed, and never what.
  onError: (error, call) => console.error(call ?? "core", error),
});

const server = Bun.serve({ hostname: HOST, port: Number(PORT), fetch: (request) => handler(request) });
console.log(`Listening on ${server.url}`);
