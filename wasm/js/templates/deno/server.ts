import { createHandler } from "ssokey";
import { sqliteStorage } from "ssokey/sqlite";

const hostname = Deno.env.get("HOST") ?? "127.0.0.1";
const port = Number(Deno.env.get("PORT") ?? 8080);

const storage = await sqliteStorage({ url: "file:sso.db" });
const handler = await createHandler({
  storage,
  // Clients are told that something failed, and never what.
  onError: (error, call) => console.error(call ?? "core", error),
});

const server = Deno.serve({ hostname, port }, (request) => handler(request));

const end = async () => {
  // What has come is answered. Whoever takes longer is cut off.
  await Promise.race([server.shutdown(), new Promise((resolve) => setTimeout(resolve, 6_000))]);
  // The refusals that are not stored yet.
  await handler.flush();
  storage.close();
  Deno.exit();
};
for (const signal of ["SIGINT", "SIGTERM"] as const) Deno.addSignalListener(signal, end);
