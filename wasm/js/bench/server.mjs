// The server that is measured: `node server.mjs pool` hashes on threads, `node server.mjs in-thread` on the event loop.
// It tells its parent `{ url, body, hash }`, `hash` being the time of one hash before any load, and answers the message
// `begin` by measuring the delay of its event loop until `end`.

import { once } from "node:events";
import { readFileSync } from "node:fs";
import { monitorEventLoopDelay } from "node:perf_hooks";
import { loadCore } from "ssokey";
import { memoryStorage } from "ssokey/memory";
import { addCompany, issueKey } from "ssokey/operator";
import { passwordPool } from "ssokey/pool";
import { passwordsInThread } from "../dist/core/hashing.js";
import { nodeServer } from "../dist/http/server.js";
import { createService } from "../dist/http/service.js";

const SAMPLES = 20;

const inThread = passwordsInThread(
  async () => new WebAssembly.Module(readFileSync(new URL("../dist/argon2id.wasm", import.meta.url))),
);
const passwords = process.argv[2] === "pool" ? passwordPool() : inThread;

const storage = memoryStorage();
const email = "it@partner.example";
await addCompany(storage, { name: "Partner Ltd", domain: "partner.example", email });
const { ssokey } = await issueKey(storage, { companyEmail: email });
const server = nodeServer(createService(await loadCore(), { storage, passwords }), () => {});
await once(server.listen(0, "127.0.0.1"), "listening");
const url = `http://127.0.0.1:${server.address().port}/api/sso/authenticate`;
const body = new URLSearchParams({ email: "ann@partner.example", password: "any", ssokey, product: "email" }).toString();

// The user is created and everything warm before anything is measured; from then on a sign-on is one hash.
const form = { "content-type": "application/x-www-form-urlencoded" };
for (let count = 0; count < SAMPLES; count += 1) await fetch(url, { method: "POST", headers: form, body });
process.send({ url, body, hash: await timeOfOneHash() });

const delay = monitorEventLoopDelay({ resolution: 1 });
process.on("message", (message) => {
  if (message === "begin") {
    delay.reset();
    delay.enable();
  } else {
    delay.disable();
    process.send({ p99: delay.percentile(99) / 1e6, longest: delay.max / 1e6 });
  }
});

/** The median, in milliseconds. */
async function timeOfOneHash() {
  const times = [];
  for (let count = 0; count < SAMPLES; count += 1) {
    const begun = performance.now();
    await inThread.hash("any", "00112233445566778899aabbccddeeff");
    times.push(performance.now() - begun);
  }
  return times.sort((a, b) => a - b)[SAMPLES / 2];
}
