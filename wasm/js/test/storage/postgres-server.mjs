// A PostgreSQL server for one test file, in a directory of its own, which only a Unix socket reaches.

import { execFileSync } from "node:child_process";
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import pg from "pg";
import { asUser, directoryOf, folderOf, startDaemon } from "./daemon.mjs";

const INSTALLED = "/usr/lib/postgresql";

/** Starts a server, for which Debian's package is installed if need be. */
export async function postgresServer() {
  const bin = folderOf(["initdb", "postgres"], "postgresql", installed);
  const directory = directoryOf("postgres", "postgres");
  const data = join(directory, "data");
  const initdb = ["-D", data, "-U", "ssokey", "--auth=trust", "--encoding=UTF8", "--locale=C.UTF-8", "--no-sync"];
  execFileSync(...asUser("postgres", join(bin, "initdb"), initdb), { stdio: ["ignore", "ignore", "inherit"], cwd: directory });

  // The tests stop the server and never the machine: nothing has to reach the disk.
  const settings = ["-D", data, "-c", "listen_addresses=", "-c", `unix_socket_directories=${directory}`, "-c", "fsync=off"];
  // By SIGTERM it waits until the last connection is closed: a storage that leaves one open is seen.
  const command = asUser("postgres", join(bin, "postgres"), settings);
  const stopped = await startDaemon(command, directory, "ready to accept connections", "SIGTERM");

  const urlOf = (database, user = "ssokey") => `postgres://${user}@localhost/${database}?host=${encodeURIComponent(directory)}`;
  const admin = new pg.Pool({ connectionString: urlOf("postgres"), max: 1 });
  let databases = 0;
  return {
    urlOf,
    /** A new database, which is there until the server stops. */
    async database() {
      databases += 1;
      const name = `test_${databases}`;
      await admin.query(`CREATE DATABASE ${name}`);
      return { name, url: urlOf(name) };
    },
    async stop() {
      await admin.end();
      await stopped();
    },
  };
}

/** Returns where Debian has the programs, the newest first. They are not on its PATH. */
function installed() {
  const versions = existsSync(INSTALLED) ? readdirSync(INSTALLED).sort((a, b) => Number(b) - Number(a)) : [];
  return versions.map((version) => join(INSTALLED, version, "bin"));
}
