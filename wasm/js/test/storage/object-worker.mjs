// A Worker with Durable Objects: one runs a test of the storage kit over its own database, one is the README's.

import { DurableObject } from "cloudflare:workers";
import { sqlite, sqlStorage } from "ssokey/sql";
import { storageTests } from "ssokey/testing";
import { eventsBy } from "../events.mjs";
import { executorTests } from "../executor-tests.mjs";
import { executorOver } from "./recipe-object.mjs";

export { Sso } from "./recipe-object.mjs";

/** Answers the name of a test with `passed`, or with its failure. */
export class Kit extends DurableObject {
  async fetch(request) {
    const wanted = await request.text();
    const executor = executorOver(this.ctx.storage);
    const storage = await sqlStorage(executor, sqlite);
    const kit = storageTests(() => ({ storage, events: eventsBy(executor, sqlite) })).map(({ requirement, name, run }) => ({
      name: `${requirement}: ${name}`,
      run,
    }));
    const { run } = [...kit, ...executorTests].find(({ name }) => name === wanted);
    return new Response(await run({ executor, dialect: sqlite }).then(() => "passed", String));
  }
}

export default {
  async fetch(request, { KIT, SSO }) {
    if (request.method === "GET") return SSO.get(SSO.idFromName("sso")).fetch(request);
    return KIT.get(KIT.newUniqueId()).fetch(request);
  },
};
