// The server over a database whose disk is full: it says that it is not ready while sign-ons fail, and that it is when there is room.
// The disk is a small file system in memory, which root mounts.

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { closeSync, mkdtempSync, openSync, rmdirSync, rmSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { PARTNER, run, serve } from "../cli.mjs";
import { fields } from "../partner.mjs";
import { libsqlServer } from "../storage/libsql-server.mjs";
import { mariadbServer } from "../storage/mariadb-server.mjs";
import { postgresServer } from "../storage/postgres-server.mjs";

const MEBIBYTE = 1_048_576;
/** The time in which it has to be told, in milliseconds. */
const SOON = 6_000;
/** Requests until a database asks the disk for room. */
const MOST = 2_000;

const DATABASES = [
  { name: "SQLite", size: "3m", start: async (disk) => ({ url: join(disk, "sso.db"), async stop() {} }) },
  { name: "PostgreSQL", size: "120m", start: onServer(postgresServer) },
  { name: "MariaDB", size: "260m", start: onServer(mariadbServer) },
  { name: "the libSQL server", size: "300m", start: () => libsqlServer() },
];

for (const { name, size, start } of DATABASES)
  test(`${name} on a full disk`, { timeout: 180_000 }, async (context) => {
    const { disk, unmount } = mounted(size);
    let stop = async () => {};
    context.after(() => stop().finally(unmount));
    const database = await start(disk);
    const db = database.url;
    stop = database.stop;
    const email = "it@partner.example";
    assert.equal((await run("company", "add", "--db", db, ...PARTNER)).code, 0);
    const { ssokey: key } = JSON.parse((await run("key", "issue", "--db", db, "--email", email, "--json")).stdout);
    const { url, output } = await serve(context, ["--db", db, "--log", "json"]);
    const [, admin] = /at (http:[^"]+)"/.exec(output.stderr);
    let users = 0;
    const signOn = async () => {
      const body = fields(key, "secret-password", { email: `user-${users++}@partner.example` });
      return (await fetch(`${url}/api/sso/authenticate`, { method: "POST", body })).status;
    };
    const isReady = async () => (await fetch(`${admin}/readyz`)).status === 200;

    assert.deepEqual([await signOn(), await isReady()], [200, true]);
    const empty = filled(disk);
    let status = 200;
    for (let asked = 0; status === 200 && asked < MOST; asked += 1) status = await signOn();
    assert.equal(status, 503);
    for (const end = performance.now() + SOON; performance.now() < end; await sleep(500)) {
      assert.ok([200, 503].includes(await signOn()));
      assert.equal(await isReady(), false);
      assert.equal((await fetch(`${url}/healthz`)).status, 200);
    }
    assert.match(output.stderr, /the disk (is full; make|has) room/);

    empty();
    const since = performance.now();
    while (!(await isReady())) {
      assert.ok(performance.now() - since < SOON);
      await sleep(200);
    }
    assert.equal(await signOn(), 200);
  });

/** A database on a server whose files are on the disk, where directories for temporary files are. */
function onServer(serverOf) {
  return async () => {
    const { database, stop } = await serverOf();
    return { ...(await database()), stop };
  };
}

/** Mounts a file system of that size, and has temporary files there. */
function mounted(size) {
  const before = process.env.TMPDIR;
  const disk = mkdtempSync(join(tmpdir(), "ssokey-disk-"));
  asRoot("mount", ["-t", "tmpfs", "-o", `size=${size},mode=1777`, "tmpfs", disk]);
  process.env.TMPDIR = disk;
  const unmount = () => {
    if (before === undefined) delete process.env.TMPDIR;
    else process.env.TMPDIR = before;
    asRoot("umount", ["--lazy", disk]);
    rmdirSync(disk);
  };
  return { disk, unmount };
}

function asRoot(program, args) {
  const [command, ...rest] = [...(process.getuid() === 0 ? [] : ["sudo", "-n"]), program, ...args];
  execFileSync(command, rest, { stdio: ["ignore", "ignore", "inherit"] });
}

/** Fills the disk to the last byte. Returns what makes room again. */
function filled(disk) {
  const path = join(disk, "full");
  const file = openSync(path, "w");
  const bytes = new Uint8Array(MEBIBYTE);
  for (let length = MEBIBYTE; length > 0; ) {
    try {
      writeSync(file, bytes, 0, length);
    } catch {
      length = Math.floor(length / 2);
    }
  }
  closeSync(file);
  return () => rmSync(path);
}
