// The server that `http.mjs` loads: `wasm` and `native` are this package on threads, `plain` is the peer. Tells its parent `{ url, body }`.

import { once } from "node:events";
import { createServer } from "node:http";
import { loadCore } from "ssokey";
import { memoryStorage } from "ssokey/memory";
import { nativePasswords } from "ssokey/native";
import { passwordPool } from "ssokey/pool";
import { nodeServer } from "../dist/http/server.js";
import { createService } from "../dist/http/service.js";
import { COMPANY, fields, keyOf } from "../test/partner.mjs";
import { digestOf, loadPlain } from "./peers/plain.mjs";

const storage = memoryStorage();
const ssokey = await keyOf(storage);
const server = await serverOf(process.argv[2]);
await once(server.listen(0, "127.0.0.1"), "listening");
const url = `http://127.0.0.1:${server.address().port}/api/sso/authenticate`;
const body = fields(ssokey, "any").toString();
// The user is created and everything warm before anything is measured; from then on a sign-on is one hash.
const headers = { "content-type": "application/x-www-form-urlencoded" };
for (let count = 0; count < 10; count += 1) {
  const { status } = await fetch(url, { method: "POST", headers, body });
  if (status !== 200) throw new Error(`${COMPANY} was answered ${status}`);
}
process.send({ url, body });

async function serverOf(mode) {
  if (mode === "plain") return plainServer();
  // What is refused on a busy machine would look fast.
  const patient = { wait: 60_000 };
  const passwords = mode === "native" ? nativePasswords(patient) : passwordPool(patient);
  return nodeServer(createService(await loadCore(), { storage, passwords }), () => {});
}

async function plainServer() {
  const handler = (await loadPlain()).plainHandler(digestOf(ssokey));
  return createServer(async (incoming, outgoing) => {
    const { method, url, headers } = incoming;
    const body = Buffer.concat(await incoming.toArray());
    const response = await handler(new Request(`http://sso.example${url}`, { method, headers, body }));
    outgoing.writeHead(response.status, Object.fromEntries(response.headers)).end(await response.text());
  });
}
