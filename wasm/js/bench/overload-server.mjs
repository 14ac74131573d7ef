// The server that `overload.mjs` measures, with one thread that hashes. `node overload-server.mjs before` lets hashes wait first in,
// first out, up to a number and for whomever, as ssokey did before its queue was fair. It tells its parent `{ url, partners }`,
// a form of a sign-on for each partner, and answers each message by its memory in bytes.

import { once } from "node:events";
import { loadCore } from "ssokey";
import { memoryStorage } from "ssokey/memory";
import { addCompany, issueKey } from "ssokey/operator";
import { passwordPool } from "ssokey/pool";
import { nodeServer } from "../dist/http/server.js";
import { createService } from "../dist/http/service.js";

const PARTNERS = 8;

const storage = memoryStorage();
const server = nodeServer(createService(await loadCore(), { storage, passwords: passwordsOf(process.argv[2]) }), () => {});
await once(server.listen(0, "127.0.0.1"), "listening");
const url = `http://127.0.0.1:${server.address().port}`;

const partners = [];
for (let index = 0; index < PARTNERS; index += 1) {
  const domain = `partner${index}.example`;
  await addCompany(storage, { name: `Partner ${index}`, domain, email: `it@${domain}` });
  const { ssokey } = await issueKey(storage, { companyEmail: `it@${domain}` });
  partners.push(new URLSearchParams({ email: `ann@${domain}`, password: "any", ssokey, product: "email" }).toString());
}
// Users are created before anything is measured; from then on a sign-on is one hash.
for (const body of partners) {
  const headers = { "content-type": "application/x-www-form-urlencoded" };
  await fetch(`${url}/api/sso/authenticate`, { method: "POST", headers, body });
}
process.on("message", () => process.send(process.memoryUsage.rss()));
process.send({ url, partners });

function passwordsOf(mode) {
  if (mode !== "before") return passwordPool({ threads: 1 });
  const pool = passwordPool({ threads: 1, queue: 64, wait: 600_000 });
  return {
    verify: (...[password, hash]) => pool.verify(password, hash),
    hash: (...[password, salt]) => pool.hash(password, salt),
  };
}
