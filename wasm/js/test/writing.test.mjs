// What commands write into a directory: all of it or nothing, and never where the system takes none.

import assert from "node:assert/strict";
import { once } from "node:events";
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { dirname, join } from "node:path";
import { test } from "node:test";
import { check, start } from "./cli.mjs";
import { temporaryFile } from "./database.mjs";

const COMMANDS = [
  ["init"],
  ["init", "--runtime", "deno"],
  ["init", "--runtime", "bun"],
  ["init", "--runtime", "worker"],
  ["migrate", "--d1"],
  ["playground"],
];

/** Runs a command whose files may grow to one block, of 512 or 1024 bytes: as on a disk that is nearly full. */
const LIMITED = ["sh", "-c", 'trap "" XFSZ; ulimit -f 1; exec "$@"', "sh"];

const contentOf = (directory) =>
  readdirSync(directory, { recursive: true })
    .sort()
    .map((name) => [name, statSync(join(directory, name)).isFile() && readFileSync(join(directory, name), "utf8")]);

for (const command of COMMANDS) {
  const line = command.join(" ");
  test(`\`${line}\` leaves nothing where the disk was full, and works when there is room`, async (context) => {
    const cwd = dirname(temporaryFile(context));
    for (const directory of ["new/site", "up/../site", "."]) {
      writeFileSync(join(cwd, "mine.txt"), "mine");
      const before = contentOf(cwd);
      const args = [...command, directory];
      await check({ args, cwd, by: LIMITED, code: 1, says: /EFBIG; check the path, its rights and the room that is left\n$/ });
      assert.deepEqual(contentOf(cwd), before);
      assert.equal((await start(args, { cwd }).ended).code, 0);
    }
  });

  test(`\`${line}\` says at once that no directory can be made`, { timeout: 20_000 }, async (context) => {
    const cwd = dirname(temporaryFile(context));
    symlinkSync("nowhere", join(cwd, "dangling"));
    writeFileSync(join(cwd, "file"), "");
    const before = readdirSync(cwd);
    for (const [path, cause] of [
      ["/proc/x", "no directory can be made there; choose another directory"],
      ["/proc/x/y", "no directory can be made there; choose another directory"],
      ["dangling", "it is a file, or a link that leads nowhere; name a directory"],
      ["dangling/x", "it is a file, or a link that leads nowhere; name a directory"],
      ["file", "(it is a file, or a link that leads nowhere|a part of it is a file); name a directory"],
      ["file/x", "(it is a file, or a link that leads nowhere|a part of it is a file); name a directory"],
    ]) {
      const says = new RegExp(`^error: cannot write to the directory \`${path}\`: ${cause}\n$`);
      await check({ args: [...command, path], cwd, code: 1, says, timeout: 10_000 });
    }
    assert.deepEqual(readdirSync(cwd), before);
  });
}

test("a site is written over as a whole or not at all", async (context) => {
  const cwd = dirname(temporaryFile(context));
  assert.equal((await start(["playground", "site"], { cwd }).ended).code, 0);
  writeFileSync(join(cwd, "site", "index.html"), "older");
  const before = contentOf(cwd);
  await check({ args: ["playground", "site"], cwd, by: LIMITED, code: 1, says: /EFBIG/ });
  assert.deepEqual(contentOf(cwd), before);
});

test("migrations of which one stands there as something else are not written", async (context) => {
  const cwd = dirname(temporaryFile(context));
  mkdirSync(join(cwd, "migrations"));
  writeFileSync(join(cwd, "migrations", "0002_ssokey_indexes.sql"), "mine");
  const before = contentOf(cwd);
  await check({ args: ["migrate", "--d1", "migrations"], cwd, code: 1, says: /holds something else/ });
  assert.deepEqual(contentOf(cwd), before);
});

for (const signal of ["SIGINT", "SIGTERM"])
  test(`a file for a secret goes when ${signal} ends the command before there is one`, async (context) => {
    const out = join(dirname(temporaryFile(context)), "partner.key");
    const silent = createServer(() => {}).listen(0, "127.0.0.1");
    context.after(() => silent.close());
    await once(silent, "listening");
    const db = `postgres://sso@127.0.0.1:${silent.address().port}/sso`;
    const { child, ended } = start(["key", "issue", "--db", db, "--email", "it@partner.example", "--out", out]);
    await once(silent, "connection");
    assert.ok(existsSync(out));
    child.kill(signal);
    assert.equal((await ended).signal, signal);
    assert.ok(!existsSync(out));
  });
