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

  const startIn = (directory, data, ready) => {
    // The tests stop the server and never the machine: nothing has to reach the disk.
    const settings = ["-D", data, "-c", "listen_addresses=", "-c", `unix_socket_directories=${directory}`, "-c", "fsync=off"];
    // By SIGTERM it waits until the last connection is closed: a storage that leaves one open is seen.
    return startDaemon(asUser("postgres", join(bin, "postgres"), settings), directory, ready, "SIGTERM");
  };
  const stopped = await startIn(directory, data, "ready to accept connections");

  const urlIn = (directory, database, user) => `postgres://${user}@localhost/${database}?host=${encodeURIComponent(directory)}`;
  const urlOf = (database, user = "ssokey") => urlIn(directory, database, user);
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
    /** A standby with all that the server has, which can be read. */
    async standby() {
      const home = directoryOf("postgres", "standby");
      const copy = join(home, "data");
      const backup = ["-D", copy, "-h", directory, "-U", "ssokey", "--write-recovery-conf", "--checkpoint=fast", "--no-sync"];
      execFileSync(...asUser("postgres", join(bin, "pg_basebackup"), backup), {
        stdio: ["ignore", "ignore", "inherit"],
        cwd: home,
      });
      const stop = await startIn(home, copy, "ready to accept read-only connections");
      return { urlOf: (database) => urlIn(home, database, "ssokey"), stop };
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
