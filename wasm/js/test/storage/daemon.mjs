// The parts that servers of databases have in common: they are installed if need be, and refuse to run as root.

import assert from "node:assert/strict";
import { execFileSync, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { chownSync, existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

const APT_INSTALL = new URL("../../../../.ci/apt-install", import.meta.url);
const isRoot = process.getuid?.() === 0;

/**
 * Returns the folder that has all of the `programs`, among those that `folders` lists and those of the PATH. If there is
 * none, Debian's `package` is installed first.
 */
export function folderOf(programs, debian, folders = () => []) {
  const found = () =>
    [...folders(), "/usr/sbin", "/usr/bin", ...process.env.PATH.split(":")].find((folder) =>
      programs.every((program) => existsSync(join(folder, program))),
    );
  if (found() === undefined) {
    spawnSync(fileURLToPath(APT_INSTALL), [debian], { stdio: ["ignore", "ignore", "inherit"] });
  }
  return found() ?? assert.fail(`${programs.join(" and ")} are missing: install them (Debian: apt-get install ${debian})`);
}

/** Returns a new directory that belongs to `user` where the tests run as root. */
export function directoryOf(user, name) {
  const directory = mkdtempSync(join(tmpdir(), `ssokey-${name}-`));
  const idOf = (option) => Number(execFileSync("id", [option, user], { encoding: "utf8" }));
  if (isRoot) chownSync(directory, idOf("-u"), idOf("-g"));
  return directory;
}

/** Returns the command that runs the program as `user` where the tests run as root. */
export function asUser(user, program, args) {
  return isRoot ? ["setpriv", ["--reuid", user, "--regid", user, "--clear-groups", program, ...args]] : [program, args];
}

/**
 * Starts a server in its directory and waits until it says, by `stream`, that it is `ready`. Returns what stops it, by `signal`, and
 * removes the directory.
 */
export async function startDaemon([command, args], directory, ready, signal, stream = "stderr") {
  const server = spawn(command, args, { stdio: ["ignore", "pipe", "pipe"], cwd: directory });
  server[stream === "stderr" ? "stdout" : "stderr"].resume();
  const kill = () => server.kill("SIGKILL");
  process.once("exit", kill);
  const ended = once(server, "exit");
  const lines = [];
  for await (const line of createInterface({ input: server[stream] })) {
    lines.push(line);
    if (!line.includes(ready)) continue;
    server[stream].resume();
    return async () => {
      process.off("exit", kill);
      server.kill(signal);
      await ended;
      rmSync(directory, { recursive: true });
    };
  }
  return assert.fail(`the server did not start:\n${lines.join("\n")}`);
}
