#!/usr/bin/env node
// From nothing to a verdict: a fresh database, a company, a key, a server, the document's call three times, the judge.
//
//   node demo.mjs --check PATH_TO_ssokey-check   ends with the exit code of ssokey-check
//   node demo.mjs --serve                        keeps the server up until Ctrl-C

import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";

const COMPANY = { name: "Demo Partner", domain: "demo.example", email: "it@demo.example" };
const OTHER_COMPANY = { name: "Other Partner", domain: "other.example", email: "it@other.example" };
const USER = "ann@demo.example";
const PRODUCT = "livechat";
const SECOND_PRODUCT = "email";
const CALLS = [
  { title: "1. A new user: it is created", password: "correct horse", shown: "<first password>" },
  { title: "2. The same password: it matches", password: "correct horse", shown: "<first password>" },
  { title: "3. Another password: it replaces the stored one", password: "battery staple", shown: "<second password>" },
];
const VERDICTS = ["CONFORMANT", "NOT CONFORMANT"];

const DIST = fileURLToPath(new URL("../dist/", import.meta.url));
const CLI = join(DIST, "entries/cli.js");

class DemoError extends Error {}

async function main() {
  const { check, serve } = options();
  for (const file of [CLI, join(DIST, "ssokey.wasm")]) {
    if (!existsSync(file)) throw new DemoError("the package is not built; run `make js` first");
  }
  const directory = temporaryDirectory();
  const database = join(directory, "sso.db");
  heading("A company and its key");
  const key = await partner(database, COMPANY);
  const server = await startServer(database, serve);
  say(`serving at ${server.url}`);
  const code = serve
    ? await keepUp(server, key)
    : await demonstrate(server, key, () => judge(server, key, check, database, directory));
  await server.stop();
  return code;
}

/** Adds a company and returns the key that is issued to it. */
async function partner(database, { name, domain, email }) {
  say(await cli("company", "add", "--db", database, "--name", name, "--domain", domain, "--email", email));
  return cli("key", "issue", "--db", database, "--email", email);
}

/** Gives a product a URL to launch users into, and returns the secret that is issued to it. */
async function product(database, name) {
  return cli("product", "set", "--db", database, "--name", name, "--launch-url", `https://${name}.example/enter`);
}

/** Three calls and the verdict. */
async function demonstrate({ url }, key, judge) {
  for (const call of CALLS) await signOn(url, key, call);
  const code = await judge();
  heading(`Verdict: ${VERDICTS[code] ?? `none, ssokey-check ended with ${code}`}`);
  return code;
}

/** Gives the judge what every operation needs: a second company, and two products that users are launched into. */
async function judge({ url }, key, check, database, directory) {
  heading("The judge: ssokey-check");
  const fileOf = (name, content) => {
    const file = join(directory, name);
    writeFileSync(file, content, { mode: 0o600 });
    return file;
  };
  const secondKey = fileOf("second.key", await partner(database, OTHER_COMPANY));
  const secret = fileOf("product.secret", await product(database, PRODUCT));
  const secondSecret = fileOf("second-product.secret", await product(database, SECOND_PRODUCT));
  const env = { ...process.env, SSOKEY_CHECK_KEY: key };
  const keys = ["--second-ssokey-file", secondKey];
  const secrets = ["--product-secret-file", secret, "--second-product-secret-file", secondSecret];
  const args = ["run", url, "--jobs", "2", ...keys, ...secrets, "--second-product", SECOND_PRODUCT];
  return ended(start(check, args, { env, stdio: "inherit" }));
}

async function signOn(url, key, { title, password, shown }) {
  heading(title);
  const target = `${url}/api/sso/authenticate`;
  say(`GET ${target}?email=${encodeURIComponent(USER)}&password=${shown}&ssokey=<key>&product=${PRODUCT}`);
  const query = new URLSearchParams({ email: USER, password, ssokey: key, product: PRODUCT });
  const response = await fetch(`${target}?${query}`);
  const answer = await response.text();
  say(answer);
  if (response.status !== 200) throw new DemoError(`the server answered ${response.status}`);
}

/** Waits for Ctrl-C. */
async function keepUp({ url, exited }, key) {
  heading("Try it");
  say(`curl ${url}/api/sso/authenticate -d email=${USER} -d password=any -d ssokey=${key} -d product=${PRODUCT}`);
  say("\nThe key is shown here once and ends with this demo. Ctrl-C stops the server.");
  const interrupted = new Promise((resolve) => (onSignal = resolve));
  await Promise.race([interrupted, exited]);
  return 0;
}

/** Starts the server on a free port and waits for the line that it prints when it is ready. */
async function startServer(database, logs) {
  const stdio = ["ignore", "pipe", logs ? "inherit" : "pipe"];
  // A judge asks more often than the limits allow.
  const limits = logs ? [] : ["--limit", "none"];
  const child = start(process.execPath, [CLI, "serve", "--db", database, "--port", "0", ...limits], { stdio });
  const stderr = logs ? () => "" : collect(child.stderr);
  const exited = ended(child);
  const ready = new Promise((resolve) => {
    const stdout = collect(child.stdout, () => {
      const [, url] = /listening on (\S+)\n/.exec(stdout()) ?? [];
      if (url !== undefined) resolve(url);
    });
  });
  const url = await Promise.race([ready, exited]);
  if (typeof url !== "string") throw new DemoError(`the server did not start:\n${stderr()}`);
  const stop = async () => {
    child.kill("SIGTERM");
    const code = await exited;
    if (code !== 0) throw new DemoError(`the server ended with ${code}:\n${stderr()}`);
  };
  return { url, exited, stop };
}

/** Runs `ssokey` and returns what it printed. */
async function cli(...args) {
  const child = start(process.execPath, [CLI, ...args], { stdio: ["ignore", "pipe", "pipe"] });
  const [stdout, stderr] = [collect(child.stdout), collect(child.stderr)];
  const code = await ended(child);
  if (code !== 0) throw new DemoError(`\`ssokey ${args[0]} ${args[1]}\` ended with ${code}:\n${stderr()}`);
  return stdout().trimEnd();
}

/** A child that does not outlive this process, however that ends. */
function start(command, args, options) {
  const child = spawn(command, args, options);
  process.once("exit", () => child.kill("SIGKILL"));
  return child;
}

/** The exit code of a child; 128 if a signal ended it. */
async function ended(child) {
  try {
    const [code] = await once(child, "close");
    return code ?? 128;
  } catch (error) {
    throw new DemoError(`cannot run ${child.spawnfile}: ${error.code}`);
  }
}

/** Collects a stream's text; returns a function that gives what has come so far. */
function collect(stream, onText = () => {}) {
  let collected = "";
  stream.setEncoding("utf8").on("data", (text) => {
    collected += text;
    onText();
  });
  return () => collected;
}

function temporaryDirectory() {
  const directory = mkdtempSync(join(tmpdir(), "ssokey-demo-"));
  process.once("exit", () => rmSync(directory, { recursive: true, force: true }));
  return directory;
}

function options() {
  try {
    const { values } = parseArgs({ options: { check: { type: "string" }, serve: { type: "boolean" } } });
    const { check, serve = false } = values;
    if ((check === undefined) === serve) return { check, serve };
  } catch {
    // The same usage error as below.
  }
  throw new DemoError("usage: demo.mjs --check PATH_TO_ssokey-check, or demo.mjs --serve");
}

function heading(text) {
  say(process.stdout.isTTY && !process.env.NO_COLOR ? `\n\x1b[1m${text}\x1b[0m` : `\n${text}`);
}

function say(text) {
  process.stdout.write(`${text}\n`);
}

let onSignal = () => process.exit(130);
for (const signal of ["SIGINT", "SIGTERM"]) process.on(signal, () => onSignal());

try {
  process.exitCode = await main();
} catch (error) {
  process.stderr.write(`demo: ${error instanceof DemoError ? error.message : error.stack}\n`);
  process.exitCode = 1;
} finally {
  process.exit();
}
