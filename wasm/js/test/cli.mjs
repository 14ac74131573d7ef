// The command line as a process.

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { temporaryFile } from "./database.mjs";

export const CLI = fileURLToPath(new URL("../dist/entries/cli.js", import.meta.url));
export const PARTNER = ["--name", "Partner Ltd", "--domain", "Partner.example", "--email", "IT@partner.example"];

/** The program that runs a command to which the rights of files apply, also where the tests run as root. */
export const UNPRIVILEGED = process.getuid?.() === 0 ? ["setpriv", "--bounding-set=-dac_override,-dac_read_search"] : [];

/** Starts a command. `env` is added to the environment; `node` are options of Node, and `by` is a program that runs it. */
export function start(args, { cli = CLI, env, node = [], by = [], ...options } = {}) {
  const environment = { ...process.env, ...env };
  const [program, ...rest] = [...by, process.execPath, ...node, cli, ...args];
  const child = spawn(program, rest, {
    stdio: ["ignore", "pipe", "pipe"],
    env: environment,
    ...options,
  });
  const output = { stdout: "", stderr: "" };
  for (const stream of ["stdout", "stderr"]) {
    child[stream]?.setEncoding("utf8").on("data", (text) => (output[stream] += text));
  }
  const ended = once(child, "close").then(([code, signal]) => ({ code, signal, ...output }));
  return { child, output, ended };
}

/** Runs a command to its end. */
export const run = (...args) => start(args).ended;

/** Runs a command that fails, and compares what it says. */
export async function check({ args, code, says, ...options }) {
  const { stdout, stderr, ...ended } = await start(args, options).ended;
  assert.match(stderr, says);
  assert.equal(ended.code, code);
  assert.equal(stdout, "");
}

/** A database with a company. */
export async function partnerFile(context) {
  const path = temporaryFile(context);
  assert.equal((await run("company", "add", "--db", path, ...PARTNER)).code, 0);
  return path;
}

/** Starts a server and waits for the line that says where it listens. It is killed when the test ends. */
export async function serve(context, args, options) {
  const server = start(["serve", "--port", "0", ...args], options);
  context.after(() => server.child.kill("SIGKILL"));
  await Promise.race([once(server.child.stdout, "data"), server.ended]);
  const [, url] = /^ssokey listening on (http:\/\/127\.0\.0\.1:\d+)\n$/.exec(server.output.stdout) ?? [];
  assert.ok(url, server.output.stderr);
  return { ...server, url };
}
