import { once } from "node:events";

/** Lets a server listen on a free port until the test ends; returns its URL. */
export async function listening(context, server) {
  context.after(() => {
    server.close();
    server.closeAllConnections();
  });
  await once(server.listen(0, "127.0.0.1"), "listening");
  return `http://127.0.0.1:${server.address().port}`;
}
