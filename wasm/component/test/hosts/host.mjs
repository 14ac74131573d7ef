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
const POST = "POST /api/sso/authenticate HTTP/1.1\r\nHost: sso.example\r\nContent-Type: application/x-www-form-urlencoded\r\n";
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

/** Issues credentials in the database and lets `use` have them, with the URL of the server that the command starts, what ends it, and what it has printed. */
export async function serving(directory, database, command, args, env, use) {
  const credentials = await issue(CLI, database, directory);
  const { url, stop, log } = await listening(command, args, { cwd: directory, env: { ...process.env, ...env } });
  try {
    return await use(url, credentials, stop, log);
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

/** Asserts what holds of every host: of its HTTP, of its answers, and at last of its end. */
export async function assertServes(t, directory, url, credentials, stop) {
  await assertCutRequestsAreNone(url, credentials);
  await assertBadHeadsAreRefused(url);
  await assertSlowClientsAreCutOff(url);
  await assertUnreadAnswersAreCutOff(url);
  await assertConformant(t, directory, url, credentials);
  await assertEndsGracefully(url, credentials, stop);
}

/** Asserts that a request that is cut off, in its first line, its head or its body, has no effect, and leaves a server that goes on. */
async function assertCutRequestsAreNone(url, { ssokey }) {
  const email = "cut@partner.example";
  const { token } = (await (await signOn(url, ssokey, email)).json()).return;
  const fields = `${new URLSearchParams({ email, ssokey, product: "livechat" })}&password=corr`;
  const post = `${POST}Content-Length: ${fields.length + 5}\r\n\r\n${fields}`;
  const line = `GET /api/sso/authenticate?${fields}`;
  for (const sent of [line, `${line} HTTP/1.1\r\nHost: sso.exam`, `${line} HTTP/1.1\r\nHost: sso.example\r\n`, post]) {
    for (const cut of ["end", "resetAndDestroy"]) {
      const socket = connected(url);
      await once(socket, "connect");
      await new Promise((resolve) => socket.write(sent, resolve));
      await sleep(100);
      socket.resume()[cut]();
      await closedOf(socket);
      await sleep(200);
      const session = await fetch(`${url}/api/session?token=${token}`);
      assert.equal(session.status, 200, `after ${cut} of ${sent.slice(0, 30)}: ${await session.text()}`);
    }
  }
}

/** Asserts that a head that cannot be read is refused. */
async function assertBadHeadsAreRefused(url) {
  const lengths = ["abc", "+5", "1_0", "-1", "9".repeat(5_000), "5\r\nContent-Length: 6"].map(
    (length) => `Content-Length: ${length}`,
  );
  const heads = [...lengths, "Content-Length : 5", "no header"].map((line) => `${POST}${line}`);
  for (const head of [...heads, "GET /api/session", "GET /api/session?password=correct horse HTTP/1.1\r\nHost: sso.example"]) {
    const socket = connected(url);
    socket.write(`${head}\r\n\r\nemail`);
    const answer = await text(socket);
    assert.match(answer, /^HTTP\/1\.1 4\d\d /, `after ${head.slice(0, 200)}`);
    assert.doesNotMatch(answer, /horse/);
  }
}

/** Asserts that a server ends a connection though its client goes on and on, in a head or a body, or says nothing, at first or after an answer. */
async function assertSlowClientsAreCutOff(url) {
  const silent = [connected(url), connected(url)];
  silent[1].write("GET /api/session HTTP/1.1\r\nHost: sso.example\r\n\r\n");
  const slow = [`${POST}X-Long: `, `${POST}Content-Length: 8000\r\n\r\n`].map((sent) => trickling(url, sent));
  for (const socket of [...silent, ...slow]) socket.resume();
  await assertCloseWithin(30_000, [...silent, ...slow]);
}

/** Asserts that a server ends a connection whose client leaves its answers unread. */
async function assertUnreadAnswersAreCutOff(url) {
  // More than the system takes for a client that does not read.
  const requests = "GET /api/session HTTP/1.1\r\nHost: sso.example\r\n\r\n".repeat(40_000);
  await assertCloseWithin(180_000, [trickling(url, requests)]);
}

async function assertCloseWithin(patience, sockets) {
  const closed = Promise.all(sockets.map(closedOf));
  const late = await Promise.race([closed, sleep(patience, "late", { ref: false })]);
  assert.notEqual(late, "late", `a client is not cut off after ${patience} ms`);
}

/** Returns a connection that begins so and then sends a byte every second, to its end. */
function trickling(url, begun) {
  const socket = connected(url);
  socket.write(begun);
  const byte = setInterval(() => socket.write("a"), 1_000);
  return socket.on("close", () => clearInterval(byte));
}

/** Unlike `once`, also where there is an error before. */
function closedOf(socket) {
  return new Promise((resolve) => socket.once("close", resolve));
}

function connected(url) {
  return connect(Number(new URL(url).port), "127.0.0.1").on("error", () => {});
}

/** Asserts that a server that is asked to end answers what has come, and ends by itself though a client goes on and on. */
async function assertEndsGracefully(url, { ssokey }, stop) {
  const body = new URLSearchParams({
    email: "last@partner.example",
    ssokey,
    product: "livechat",
    password: "correct horse",
  }).toString();
  const socket = connected(url);
  const answered = text(socket);
  const half = Math.floor(body.length / 2);
  socket.write(`${POST}Content-Length: ${body.length}\r\n\r\n${body.slice(0, half)}`);
  trickling(url, `${POST}Content-Length: 8000\r\n\r\n`);
  await sleep(200);
  const stopped = stop(30_000);
  await sleep(200);
  socket.write(body.slice(half));
  const [head] = (await answered).split("\r\n\r\n");
  assert.match(head, /^HTTP\/1\.1 200 OK\r\n/);
  // Or a client would send a further request here.
  assert.match(head, /^connection: close$/im);
  assert.ok(await stopped, "the server had to be killed");
  await assert.rejects(fetch(url));
}

/** Asserts that `ssokey-check run` calls the server conformant, and says how many checks there were. */
async function assertConformant(t, directory, url, credentials) {
  const { verdict, checks, requests } = await judge(CHECK, directory, url, credentials);
  const others = checks.filter(({ outcome }) => outcome !== "passed");
  assert.equal(verdict, "conformant", JSON.stringify(others, undefined, 2).slice(0, 10_000));
  t.diagnostic(`${verdict.toUpperCase()}: ${checks.length} checks, ${requests} requests`);
}
