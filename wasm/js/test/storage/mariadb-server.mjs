// A MariaDB server for one test file, in a directory of its own, which only a Unix socket reaches.

import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { createPool } from "mysql2/promise";
import { asUser, directoryOf, folderOf, startDaemon } from "./daemon.mjs";

/** Starts a server, for which Debian's package is installed if need be. */
export async function mariadbServer() {
  const sbin = folderOf(["mariadbd"], "mariadb-server");
  const bin = folderOf(["mariadb-install-db"], "mariadb-server");
  const directory = directoryOf("mysql", "mariadb");
  const data = `--datadir=${join(directory, "data")}`;
  const install = ["--no-defaults", data, "--auth-root-authentication-method=normal", "--skip-test-db"];
  execFileSync(...asUser("mysql", join(bin, "mariadb-install-db"), install), {
    stdio: ["ignore", "ignore", "inherit"],
    cwd: directory,
  });

  const socket = join(directory, "socket");
  // The tests stop the server and never the machine: nothing has to reach the disk. The server's own collation is
  // `latin1_swedish_ci`, which folds and pads.
  const settings = ["--no-defaults", data, `--socket=${socket}`, `--pid-file=${join(directory, "pid")}`];
  settings.push(
    "--skip-networking",
    "--innodb-flush-method=nosync",
    "--innodb-flush-log-at-trx-commit=0",
    "--skip-innodb-doublewrite",
  );
  const stopped = await startDaemon(
    asUser("mysql", join(sbin, "mariadbd"), settings),
    directory,
    "ready for connections",
    "SIGTERM",
  );

  const urlOf = (database, user = "root") => `mariadb://${user}@localhost/${database}?socketPath=${encodeURIComponent(socket)}`;
  const admin = createPool({ uri: urlOf("mysql"), connectionLimit: 1 });
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
