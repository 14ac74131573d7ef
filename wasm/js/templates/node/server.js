import { createServer } from "node:http";
import { createListener } from "ssokey/node";
import { sqliteStorage } from "ssokey/sqlite";

const { HOST = "127.0.0.1", PORT = "8080" } = process.env;

const listener = await createListener({
  storage: await sqliteStorage({ url: "file:sso.db" }),
  // Clients are told that something failed, and never what.
  onError: (error, call) => console.error(call ?? "core", error),
});

const server = createServer(listener).listen(Number(PORT), HOST, () => {
  console.log(`Listening on http://${HOST}:${server.address().port}/`);
});
