// An example of a host, in a directory of its own with what it needs, over a database with the credentials that it is judged with.

import assert from "node:assert/strict";
import { once } from "node:events";
import { cpSync, mkdtempSync, rmSync, symlinkSync } from "node:fs";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { listening } from "../../../js/runtimes/listening.mjs";
import { issue } from "../../../js/runtimes/servers/credentials.mjs";
import { judge } from "../../../js/runtimes/servers/judge.mjs";
import { componentOf } from "../components.mjs";

const pathOf = (path) => fileURLToPath(new URL(path, import.meta.url));
export const CHECK = process.env.CHECK;
const IN_FLIGHT = 64;
const CLI = pathOf("../../../js/dist/entries/cli.js");

/** Copies the example of this name, with the component of the world, and lets `use` have the directory. */
export async function inDirectory(name, world, use) {
  const directory = mkdtempSync(join(tmpdir(), `ssokey-${name}-`));
  try {
    cpSync(pathOf(`../../examples/${name}`), directory, {
      recursive: true,
      dereference: true,
      filter: (path) => !/\/target$/.test(path),
    });
    cpSync(fileURLToPath(componentOf(world)), join(directory, `ssokey-${world}.wasm`));
    symlinkSync(pathOf("../../node_modules"), join(directory, "node_modules"));
    return await use(directory);
  } finally {
    rmSync(directory, { recursive: true });
  }
}

/** Issues credentials in the database and lets `use` have them, with the URL of the server that the command starts, and what ends it. */
export async function serving(directory, database, command, args, env, use) {
  const credentials = await issue(CLI, database, directory);
  const { url, stop, log } = await listening(command, args, { cwd: directory, env: { ...process.env, ...env } });
  try {
    return await use(url, credentials, stop);
  } catch (error) {
    throw new Error(`${error.message}\n${log()}`, { cause: error });
  } finally {
    await stop();
  }
}

/** Signs a user on. */
export function signOn(url, ssokey, email) {
  const body = new URLSearchParams({ email, ssokey, product: "livechat", password: "correct horse" });
  return fetch(`${url}/api/sso/authenticate`, { method: "POST", body });
}

/** Asserts that sign-ons of a few users that are all in flight at once succeed. */
export async function assertSignsOnAtOnce(url, { ssokey }) {
  const answers = await Promise.all(
    Array.from({ length: IN_FLIGHT }, (_, at) => signOn(url, ssokey, `user${at % 8}@partner.example`)),
  );
  assert.deepEqual(
    answers.map(({ status }) => status),
    Array(IN_FLIGHT).fill(200),
  );
}

/** Asserts that a request whose body is cut off has no effect, and leaves a server that goes on. */
export async function assertCutBodiesAreNone(url, { ssokey }) {
  const email = "cut@partner.example";
  const { token } = (await (await signOn(url, ssokey, email)).json()).return;
  const body = `${new URLSearchParams({ email, ssokey, product: "livechat" })}&password=corr`;
  const head = "POST /api/sso/authenticate HTTP/1.1\r\nHost: sso.example\r\nContent-Type: application/x-www-form-urlencoded\r\n";
  for (const cut of ["end", "resetAndDestroy"]) {
    const socket = connect(Number(new URL(url).port), "127.0.0.1").on("error", () => {});
    await once(socket, "connect");
    await new Promise((resolve) => socket.write(`${head}Content-Length: ${body.length + 5}\r\n\r\n${body}`, resolve));
    await sleep(100);
    socket.resume()[cut]();
    await once(socket, "close");
    await sleep(200);
    const session = await fetch(`${url}/api/session?token=${token}`);
    assert.equal(session.status, 200, `after ${cut}: ${await session.text()}`);
  }
}

/** Asserts that a server that is asked to end answers what has come, and ends by itself though a client goes on and on. */
export async function assertEndsGracefully(url, { ssokey }, stop) {
  const body = new URLSearchParams({
    email: "last@partner.example",
    ssokey,
    product: "livechat",
    password: "correct horse",
  }).toString();
  const socket = connect(Number(new URL(url).port), "127.0.0.1");
  const answered = text(socket);
  const half = Math.floor(body.length / 2);
  const head = "POST /api/sso/authenticate HTTP/1.1\r\nHost: sso.example\r\nContent-Type: application/x-www-form-urlencoded\r\n";
  socket.write(`${head}Content-Length: ${body.length}\r\n\r\n${body.slice(0, half)}`);
  const slow = connect(Number(new URL(url).port), "127.0.0.1").on("error", () => {});
  slow.write(`${head}Content-Length: 8000\r\n\r\n`);
  const byte = setInterval(() => slow.write("a"), 1_000);
  await sleep(200);
  const stopped = stop(30_000);
  await sleep(200);
  socket.write(body.slice(half));
  assert.match(await answered, /^HTTP\/1\.1 200 OK\r\n/);
  const endedByItself = await stopped;
  clearInterval(byte);
  assert.ok(endedByItself, "the server had to be killed");
  await assert.rejects(fetch(url));
}

/** Asserts that `ssokey-check run` calls the server conformant, and says how many checks there were. */
export async function assertConformant(t, directory, url, credentials) {
  const { verdict, checks, requests } = await judge(CHECK, directory, url, credentials);
  const others = checks.filter(({ outcome }) => outcome !== "passed");
  assert.equal(verdict, "conformant", JSON.stringify(others, undefined, 2).slice(0, 10_000));
  t.diagnostic(`${verdict.toUpperCase()}: ${checks.length} checks, ${requests} requests`);
}
