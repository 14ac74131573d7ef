// A libSQL server for one test file, in a directory of its own.

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";

/** Starts the server, which the program `LIBSQL` carries and unpacks into its home. */
export async function libsqlServer() {
  const program = process.env.LIBSQL ?? "";
  assert.ok(existsSync(program), "there is no libSQL server: run `make test-storage`, which installs one");
  const directory = mkdtempSync(join(tmpdir(), "ssokey-libsql-"));
  const address = `127.0.0.1:${await freePort()}`;
  // What it cannot unpack it would fetch from elsewhere.
  const env = { ...process.env, HOME: directory, HTTPS_PROXY: "http://127.0.0.1:1" };
  const options = { env, stdio: ["ignore", "pipe", "pipe"] };
  const server = spawn(program, ["dev", "--project-dir", directory, "--http-listen-addr", address], options);
  const ended = once(server, "exit");
  const kill = () => server.kill("SIGTERM");
  process.once("exit", kill);
  await isReady(server);
  return {
    url: `http://${address}`,
    async stop() {
      process.off("exit", kill);
      kill();
      await ended;
      rmSync(directory, { recursive: true });
    },
  };
}

async function freePort() {
  const server = createServer();
  await once(server.listen(0, "127.0.0.1"), "listening");
  const { port } = server.address();
  await new Promise((resolve) => server.close(resolve));
  return port;
}

async function isReady(server) {
  const lines = [];
  server.stderr.on("data", (text) => lines.push(text));
  for await (const line of createInterface({ input: server.stdout })) {
    lines.push(line);
    if (line.includes("listening for incoming user HTTP connection")) {
      server.stdout.resume();
      return;
    }
  }
  assert.fail(`the libSQL server did not start:\n${lines.join("\n")}`);
}
