// The operator's commands over HTTP. This is for you alone: run it by `npm run operator`, and never deploy it.
// POST /issueKey takes that function's members as JSON; README of `ssokey` lists all functions and their members.

import { type D1Binding, type D1Storage, d1Storage, MigrationError } from "ssokey/d1";
import * as operator from "ssokey/operator";

type Command = (storage: D1Storage, members: object) => Promise<unknown> | AsyncIterable<unknown>;

const commands = new Map(Object.entries(operator).filter(([name]) => /^(?!load)[a-z]/.test(name)) as [string, Command][]);

export default {
  async fetch(request: Request, env: { DB: D1Binding }): Promise<Response> {
    // A page that you happen to have open must not reach it.
    if (request.headers.has("origin")) return refused(403, "this is not for browsers");
    if (request.method !== "POST") return refused(405, "use POST", { allow: "POST" });
    const command = commands.get(new URL(request.url).pathname.slice(1));
    if (command === undefined) return refused(404, `there are ${[...commands.keys()].join(", ")}`);
    try {
      const members = JSON.parse((await request.text()) || "{}");
      const outcome = command(await d1Storage(env.DB), members);
      return Response.json((Symbol.asyncIterator in outcome ? await all(outcome) : await outcome) ?? {});
    } catch (error) {
      if (error instanceof operator.OperatorError) return refused(error.code < 4004 ? 400 : 409, error.message);
      if (error instanceof operator.SettingsError) return refused(400, error.message);
      if (error instanceof SyntaxError) return refused(400, "the body is not JSON");
      if (error instanceof MigrationError) return refused(503, error.message);
      console.error(error);
      return refused(500, "it failed; the terminal of the operator says why");
    }
  },
};

function refused(status: number, error: string, headers: Record<string, string> = {}): Response {
  return Response.json({ error }, { status, headers });
}

async function all(list: AsyncIterable<unknown>): Promise<unknown[]> {
  const items = [];
  for await (const item of list) items.push(item);
  return items;
}
