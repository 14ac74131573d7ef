// Adds a partner company and issues a key to it. This is for you alone: run it by `npm run operator`, and never deploy it.

import { type D1Binding, d1Storage } from "ssokey/d1";
import { addCompany, issueKey } from "ssokey/operator";

const partner = { name: "Partner Ltd", domain: "partner.example", email: "it@partner.example" };

export default {
  async fetch(request: Request, env: { DB: D1Binding }): Promise<Response> {
    if (request.method !== "POST") return new Response("use POST\n", { status: 405, headers: { allow: "POST" } });
    const storage = await d1Storage(env.DB);
    await addCompany(storage, partner);
    const { ssokey } = await issueKey(storage, { companyEmail: partner.email });
    return new Response(`${ssokey}\n`);
  },
};
