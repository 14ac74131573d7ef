// The server that `http.mjs` loads: `wasm` and `native` are this package on threads, `plain` is the peer. Tells its parent
// `{ url, body, hashes }`; `hashes` are those per second of its threads, before there is a server.

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
const [mode, connections, seconds] = process.argv.slice(2);
// What is refused on a busy machine would look fast.
const patient = { wait: 60_000 };
const passwords = { wasm: passwordPool, native: nativePasswords }[mode]?.(patient);
const hashes = passwords && (await hashesPerSecond());
const server = passwords ? await ourServer() : await plainServer();
await once(server.listen(0, "127.0.0.1"), "listening");
const url = `http://127.0.0.1:${server.address().port}/api/sso/authenticate`;
const body = fields(ssokey, "any").toString();
// The user is created and everything warm before anything is measured; from then on a sign-on is one hash.
const headers = { "content-type": "application/x-www-form-urlencoded" };
for (let count = 0; count < 10; count += 1) {
  const { status } = await fetch(url, { method: "POST", headers, body });
  if (status !== 200) throw new Error(`${COMPANY} was answered ${status}`);
}
process.send({ url, body, hashes });

async function hashesPerSecond() {
  const hash = await passwords.hash("any", "00".repeat(16));
  const end = performance.now() + 1_000 * seconds;
  let count = 0;
  async function verify() {
    while (performance.now() < end) {
      await passwords.verify("any", hash);
      count += 1;
    }
  }
  await Promise.all(Array.from({ length: connections }, verify));
  return count / seconds;
}

async function ourServer() {
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
