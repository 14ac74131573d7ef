// Sign-ons per second over HTTP, by turns: this package with the wasm and with native code on its threads, and the plain peer.

import { fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import autocannon from "autocannon";
import { median } from "./statistics.mjs";

const MODES = ["wasm", "native", "plain"];
const CONNECTIONS = 8;
const PEERS = fileURLToPath(new URL("peers/node_modules", import.meta.url));

/**
 * Gives the medians of each in so many turns of so many seconds: sign-ons per second, and hashes per second of its threads without
 * a server, where it has threads.
 */
export async function measure(turns, seconds) {
  const rates = Object.fromEntries(MODES.map((mode) => [mode, []]));
  for (let turn = 0; turn < turns; turn += 1) for (const mode of MODES) rates[mode].push(await ratesOf(mode, seconds));
  const medianOf = (taken, what) => median(taken.map((rates) => rates[what]));
  return Object.fromEntries(
    Object.entries(rates).map(([mode, taken]) => [
      mode,
      { signOns: medianOf(taken, "signOns"), hashes: medianOf(taken, "hashes") },
    ]),
  );
}

async function ratesOf(mode, seconds) {
  // The peers' `@node-rs/argon2` is found by `require` alone, which is how `ssokey/native` looks for it.
  const env = { ...process.env, NODE_PATH: PEERS };
  const server = fork(fileURLToPath(new URL("http-server.mjs", import.meta.url)), [mode, CONNECTIONS, seconds], { env });
  const ended = once(server, "exit").then(([code]) => Promise.reject(new Error(`the server ended with ${code}`)));
  ended.catch(() => {});
  try {
    const [{ url, body, hashes }] = await Promise.race([once(server, "message"), ended]);
    const headers = { "content-type": "application/x-www-form-urlencoded" };
    const load = { url, method: "POST", headers, body, connections: CONNECTIONS, duration: seconds };
    const { "2xx": signOns, non2xx, errors, duration } = await autocannon(load);
    if (non2xx + errors > 0) throw new Error(`${non2xx + errors} answers of ${mode} were no sign-on`);
    return { signOns: signOns / duration, hashes };
  } finally {
    server.kill();
  }
}
