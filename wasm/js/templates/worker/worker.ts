import { createHandler, type Handler } from "ssokey";
import { type D1Binding, d1Storage } from "ssokey/d1";
import { purge, purgeEvents } from "ssokey/operator";

/** How long events are kept, in milliseconds: 90 days. */
const EVENTS_AGE = 90 * 86_400_000;

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

  /** Deletes what has expired and what is old, as often as `crons` in wrangler.toml says. */
  async scheduled(_: unknown, env: { DB: D1Binding }): Promise<void> {
    const storage = await d1Storage(env.DB);
    await purge(storage);
    await purgeEvents(storage, { before: Date.now() - EVENTS_AGE });
  },
};
