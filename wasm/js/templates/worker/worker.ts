import { createHandler, type Handler } from "ssokey";
import { type D1Binding, d1Storage } from "ssokey/d1";

let handler: Handler | undefined;

export default {
  async fetch(request: Request, env: { DB: D1Binding }): Promise<Response> {
    try {
      handler ??= await createHandler({
        storage: await d1Storage(env.DB),
        // Clients are told that something failed, and never what.
        onError: (error, call) => console.error(call ?? "core", error),
      });
    } catch (error) {
      console.error("the database is not ready:", error);
      return new Response("unavailable\n", { status: 503 });
    }
    return handler(request);
  },
};
