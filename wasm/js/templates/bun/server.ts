import { createHandler } from "ssokey";
import { sqliteStorage } from "ssokey/sqlite";

const { HOST = "127.0.0.1", PORT = "8080" } = process.env;

const storage = await sqliteStorage({ url: "file:sso.db" });
const handler = await createHandler({
  storage,
  // Clients are told that something failed, and never what.
  onError: (error, call) => console.error(call ?? "core", error),
});

const server = Bun.serve({ hostname: HOST, port: Number(PORT), fetch: (request) => handler(request) });
console.log(`Listening on ${server.url}`);

const end = async () => {
  // What has come is answered. Whoever takes longer is cut off.
  await Promise.race([server.stop(), Bun.sleep(6_000)]);
  // The refusals that are not stored yet.
  await handler.flush();
  storage.close();
  process.exit();
};
for (const signal of ["SIGINT", "SIGTERM"]) process.once(signal, end);
