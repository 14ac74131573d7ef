import { createServer } from "node:http";
import { createListener } from "ssokey/node";
import { sqliteStorage } from "ssokey/sqlite";

const { HOST = "127.0.0.1", PORT = "8080" } = process.env;

const storage = await sqliteStorage({ url: "file:sso.db" });
const listener = await createListener({
  storage,
  // Clients are told that something failed, and never what.
  onError: (error, call) => console.error(call ?? "core", error),
});

const server = createServer(listener).listen(Number(PORT), HOST, () => {
  console.log(`Listening on http://${HOST}:${server.address().port}/`);
});

const end = () => {
  server.close(async () => {
    // The refusals that are not stored yet.
    await listener.flush();
    storage.close();
  });
  // What has come is answered. Whoever takes longer is cut off.
  setTimeout(() => server.closeAllConnections(), 6_000).unref();
};
for (const signal of ["SIGINT", "SIGTERM"]) process.once(signal, end);
