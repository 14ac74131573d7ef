import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { cpSync, renameSync, rmSync } from "node:fs";
import { connect, createServer } from "node:net";
import { test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { CLI, check, partnerFile, run, serve } from "./cli.mjs";
import { killGroup } from "./group.mjs";
import { fields } from "./partner.mjs";

// proves: SSO-REQ-025
for (const signal of ["SIGINT", "SIGTERM"]) {
  test(`the server signs a user on, logs no secret and stops on ${signal}`, async (context) => {
    const path = await partnerFile(context);
    const key = (await run("key", "issue", "--db", path, "--email", "it@partner.example")).stdout.trim();
    const { child, ended, url } = await serve(context, ["--db", path]);
    const response = await fetch(`${url}/api/sso/authenticate?${fields(key, "my-password")}`);
    const { token } = (await response.json()).return;
    child.kill(signal);
    const { code, stdout, stderr } = await ended;
    assert.equal(code, 0);
    assert.equal(stdout.split("\n").length, 2);
    const [, request, stopping] = stderr
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line));
    assert.match(request.time, /^\d{4}-\d\d-\d\dT[\d:.]{12}Z$/);
    assert.equal(request.id, response.headers.get("x-request-id"));
    assert.deepEqual([request.method, request.path, request.status], ["GET", "/api/sso/authenticate", 200]);
    assert.match(stopping.message, /^stopping/);
    for (const secret of [key, "my-password", token]) assert.ok(!stderr.includes(secret));
  });
}

test("the log is text if asked for, or off", async (context) => {
  const path = await partnerFile(context);
  for (const [format, expected] of [
    ["text", /^\S+Z \/readyz and \/metrics are at .*\n\S+Z GET - 404 4040 \d+ ms \S+\n\S+Z stopping .*\n$/],
    ["off", /^$/],
  ]) {
    const { child, ended, url } = await serve(context, ["--db", path, "--log", format]);
    await fetch(`${url}/none`);
    child.kill("SIGTERM");
    assert.match((await ended).stderr, expected);
  }
});

/** The URL at which a server tells its state, which it notes before it listens. */
const adminOf = ({ output }) => /\/readyz and \/metrics are at (http:\/\/[^\s"]+)/.exec(output.stderr)?.[1];

test("its health is told to everybody, whether it is ready and its numbers to whoever runs it", async (context) => {
  const server = await serve(context, ["--db", await partnerFile(context)]);
  const admin = adminOf(server);
  for (const [url, status] of [
    [`${server.url}/healthz`, 200],
    [`${server.url}/readyz`, 404],
    [`${server.url}/metrics`, 404],
    [`${admin}/healthz`, 200],
    [`${admin}/readyz`, 200],
    [`${admin}/metrics`, 200],
    [`${admin}/api/session`, 404],
  ])
    assert.equal((await fetch(url)).status, status, url);
  const numbers = await (await fetch(`${admin}/metrics`)).text();
  assert.match(numbers, /^ssokey_requests_total\{operation="none",status="404",code="4040"\} 2$/m);
  for (const hashes of ["keyed", "keyless"])
    assert.match(numbers, new RegExp(`^ssokey_hashes_waiting\\{class="${hashes}"\\} 0$`, "m"));
});

for (const { title, replace } of [
  { title: "deleted", replace: (path) => rmSync(path) },
  { title: "replaced by a backup", replace: (path) => renameSync(`${path}.backup`, path) },
])
  test(`a database that was ${title} while it runs is used no more, and what to do is told`, async (context) => {
    const path = await partnerFile(context);
    cpSync(path, `${path}.backup`);
    const { stdout } = await run("key", "issue", "--db", path, "--email", "it@partner.example", "--json");
    const server = await serve(context, ["--db", path, "--log", "json"]);
    const signOn = async () => {
      const body = fields(JSON.parse(stdout).ssokey, "secret-password");
      return (await fetch(`${server.url}/api/sso/authenticate`, { method: "POST", body })).status;
    };
    const ready = async () => (await fetch(`${adminOf(server)}/readyz`)).status;
    assert.deepEqual([await signOn(), await ready()], [200, 200]);
    replace(path);
    assert.deepEqual([await signOn(), await ready(), await signOn()], [503, 503, 503]);
    assert.match(
      server.output.stderr,
      /"ReplacedFileError SSOKEY_FILE_REPLACED: the file of the database, .* restart this process/,
    );
    server.child.kill("SIGTERM");
    assert.equal((await server.ended).code, 0);
  });

test("where it tells its state can be said, and that it tells nobody", async (context) => {
  const db = ["--db", await partnerFile(context)];
  const silent = await serve(context, [...db, "--admin-listen", "off"]);
  assert.equal(silent.output.stderr, "");
  for (const place of ["0", "127.0.0.1:0"]) {
    assert.match(adminOf(await serve(context, [...db, "--admin-listen", place])), /^http:\/\/127\.0\.0\.1:\d+$/);
  }
  for (const place of ["x", "127.0.0.1:", "127.0.0.1:65536", ":1:2"]) {
    const args = ["serve", "--port", "0", ...db, "--admin-listen", place];
    await check({ args, code: 2, says: /'--admin-listen .*' argument '.*' is invalid\. Give a number from 0 to 65535/ });
  }
});

test("a database that cannot be reached is waited for as long as is said", async () => {
  const nobody = createServer().listen(0, "127.0.0.1");
  await once(nobody, "listening");
  const { port } = nobody.address();
  nobody.close();
  const args = ["serve", "--port", "0", "--db", `postgres://sso@127.0.0.1:${port}/sso`, "--log", "text", "--db-wait"];
  const says =
    /^(\S+Z cannot open the PostgreSQL database: no server listens there.*; trying again for \d s\n){2}error: cannot open the PostgreSQL/;
  await check({ args: [...args, "2s"], code: 1, says });
  await check({ args: [...args, "0s"], code: 1, says: /^error: cannot open the PostgreSQL database: no server listens/ });
});

/** A server with a request whose body is still to come, and that is stopping. */
async function stopping(context) {
  const server = await serve(context, ["--db", await partnerFile(context)]);
  const { hostname, port } = new URL(server.url);
  const socket = connect(port, hostname);
  socket.write("POST /api/session HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 1\r\n\r\n");
  assert.match(String((await once(socket, "data"))[0]), /^HTTP\/1\.1 100 /);
  server.child.kill("SIGTERM");
  await once(server.child.stderr, "data");
  return { ...server, socket };
}

test("a request that is under way when it stops gets its answer, and a new one no connection", async (context) => {
  const { socket, url, ended, child } = await stopping(context);
  await assert.rejects(fetch(url), ({ cause }) => cause.code === "ECONNREFUSED");
  assert.equal(child.exitCode, null);
  socket.write("x");
  assert.match(String((await once(socket, "data"))[0]), /^HTTP\/1\.1 405 /);
  assert.equal((await ended).code, 0);
});

for (const signal of ["SIGINT", "SIGTERM"]) {
  test(`a second signal, ${signal}, ends it at once`, async (context) => {
    const { ended, child } = await stopping(context);
    child.kill(signal);
    assert.equal((await ended).signal, signal);
  });
}

test("a direct sign-in without a company means that of --company", async (context) => {
  const args = ["--db", await partnerFile(context), "--company"];
  const { url } = await serve(context, [...args, "Partner.Example"]);
  const response = await fetch(`${url}/api/authenticate?userid=ann@partner.example&password=one`);
  assert.deepEqual([response.status, (await response.json()).error.code], [401, 4011]);
  const says = /no company has the domain `other.example`; add it first with `ssokey company/;
  await check({ args: ["serve", "--port", "0", ...args, "other.example"], code: 1, says });
});

test("settings that the core refuses are told by their names, and the server does not start", async (context) => {
  const serve = ["serve", "--port", "0", "--db", await partnerFile(context)];
  const refused = { products: "a,A", "token-lifetime": "59s", "code-lifetime": "11m", company: "a@b" };
  for (const [name, value] of Object.entries(refused)) {
    const says = new RegExp(`^error: the settings are refused: \`${name}\` must be `);
    await check({ args: [...serve, `--${name}`, value], code: 2, says });
  }
});

test("errors come with status 200, and say no, for legacy clients", async (context) => {
  const { url } = await serve(context, ["--db", await partnerFile(context), "--legacy-status"]);
  const response = await fetch(url);
  const { status_code, success } = await response.json();
  assert.deepEqual([response.status, status_code, success], [200, 404, false]);
});

test("a taken port is told", async (context) => {
  const taken = createServer().listen(0, "127.0.0.1");
  await once(taken, "listening");
  context.after(() => taken.close());
  const args = ["serve", "--db", await partnerFile(context), "--port", String(taken.address().port)];
  await check({ args, code: 1, says: /port is taken; choose another/ });
});

test("a taken port of --admin-listen is told as such", async (context) => {
  const taken = createServer().listen(0, "127.0.0.1");
  await once(taken, "listening");
  context.after(() => taken.close());
  const args = ["serve", "--port", "0", "--db", await partnerFile(context), "--admin-listen", String(taken.address().port)];
  await check({ args, code: 1, says: /port \d+ for --admin-listen: the port is taken; choose another/ });
});

/** A server, and its parent, which waits. What is left of them is killed when the test ends. */
async function serveUnder(context, command, env) {
  const script = `
    const { spawn } = require("node:child_process");
    process.title = "npm exec ssokey";
    spawn(process.argv[1], process.argv.slice(2), { stdio: ["ignore", "inherit", "inherit"] });
    setInterval(() => {}, 1e6);`;
  const serve = [CLI, "serve", "--port", "0", "--db", await partnerFile(context)];
  const child = spawn(process.execPath, ["-e", script, ...command, ...serve], {
    stdio: ["ignore", "pipe", "ignore"],
    env: { ...process.env, ...env },
    detached: true,
  });
  context.after(() => killGroup(child));
  const ended = once(child, "close");
  const [line] = await once(child.stdout, "data");
  return { child, ended, url: /http:\S+/.exec(line)[0] };
}

const DIRECTLY = [process.execPath];
const BY_SHELL = ["sh", "-c", '"$0" "$@"; exit', process.execPath];
for (const { title, command, signal } of [
  { title: "npm, which was asked to", command: DIRECTLY, signal: "SIGTERM" },
  { title: "npm, which was killed", command: DIRECTLY, signal: "SIGKILL" },
  { title: "npm behind a shell", command: BY_SHELL, signal: "SIGKILL" },
])
  test(`the server ends with ${title}`, { timeout: 20_000 }, async (context) => {
    const { child, ended, url } = await serveUnder(context, command, { npm_command: "exec" });
    child.kill(signal);
    // Its output is closed when nobody has it any more.
    await ended;
    await assert.rejects(fetch(url));
  });

test("the server outlives any other parent", async (context) => {
  for (const npm_command of ["", "run-script"]) {
    const { child, url } = await serveUnder(context, DIRECTLY, { npm_command });
    child.kill("SIGKILL");
    await sleep(1_500);
    assert.equal((await fetch(`${url}/healthz`)).status, 200);
  }
});
