// A PostgreSQL server for one test file, in a directory of its own, which only a Unix socket reaches.

import assert from "node:assert/strict";
import { execFileSync, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { chownSync, existsSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import pg from "pg";

const INSTALLED = "/usr/lib/postgresql";
const APT_INSTALL = new URL("../../../../.ci/apt-install", import.meta.url);
const isRoot = process.getuid?.() === 0;

/** Starts a server, for which Debian's package is installed if need be. */
export async function postgresServer() {
  const bin = programs();
  const directory = mkdtempSync(join(tmpdir(), "ssokey-postgres-"));
  if (isRoot) chownSync(directory, idOf("-u"), idOf("-g"));
  const data = join(directory, "data");
  const initdb = ["-D", data, "-U", "ssokey", "--auth=trust", "--encoding=UTF8", "--locale=C.UTF-8", "--no-sync"];
  execFileSync(...asPostgres(join(bin, "initdb"), initdb), { stdio: ["ignore", "ignore", "inherit"], cwd: directory });

  // The tests stop the server and never the machine: nothing has to reach the disk.
  const settings = ["-D", data, "-c", "listen_addresses=", "-c", `unix_socket_directories=${directory}`, "-c", "fsync=off"];
  const server = spawn(...asPostgres(join(bin, "postgres"), settings), { stdio: ["ignore", "ignore", "pipe"], cwd: directory });
  const kill = () => server.kill("SIGQUIT");
  process.once("exit", kill);
  await isReady(server);

  const urlOf = (database, user = "ssokey") => `postgres://${user}@localhost/${database}?host=${encodeURIComponent(directory)}`;
  const admin = new pg.Pool({ connectionString: urlOf("postgres"), max: 1 });
  let databases = 0;
  return {
    urlOf,
    /** A new database, which is there until the server stops. */
    async database() {
      const name = `test_${(databases += 1)}`;
      await admin.query(`CREATE DATABASE ${name}`);
      return { name, url: urlOf(name) };
    },
    async stop() {
      await admin.end();
      process.off("exit", kill);
      const ended = once(server, "exit");
      // It waits until the last connection is closed: a storage that leaves one open is seen.
      server.kill("SIGTERM");
      await ended;
      rmSync(directory, { recursive: true });
    },
  };
}

/** Where `initdb` and `postgres` are. They are not on Debian's PATH. */
function programs() {
  const found = installed();
  if (found !== undefined) return found;
  spawnSync(fileURLToPath(APT_INSTALL), ["postgresql"], { stdio: ["ignore", "ignore", "inherit"] });
  const next = installed();
  assert.ok(next, "PostgreSQL is missing: install it (Debian: apt-get install postgresql), so that `initdb` is there");
  return next;
}

function installed() {
  const versions = existsSync(INSTALLED) ? readdirSync(INSTALLED).sort((a, b) => Number(b) - Number(a)) : [];
  const folders = [...versions.map((version) => join(INSTALLED, version, "bin")), ...process.env.PATH.split(":")];
  return folders.find((folder) => ["initdb", "postgres"].every((program) => existsSync(join(folder, program))));
}

/** The server refuses to run as root. */
function asPostgres(program, args) {
  return isRoot
    ? ["setpriv", ["--reuid", "postgres", "--regid", "postgres", "--clear-groups", program, ...args]]
    : [program, args];
}

function idOf(option) {
  return Number(execFileSync("id", [option, "postgres"], { encoding: "utf8" }));
}

async function isReady(server) {
  const lines = [];
  for await (const line of createInterface({ input: server.stderr })) {
    lines.push(line);
    if (line.includes("ready to accept connections")) {
      server.stderr.resume();
      return;
    }
  }
  assert.fail(`PostgreSQL did not start:\n${lines.join("\n")}`);
}
