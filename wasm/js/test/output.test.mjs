import assert from "node:assert/strict";
import { openSync } from "node:fs";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { jsonArray } from "../dist/cli/output.js";
import { partnerFile, start } from "./cli.mjs";

for (const line of ["user list --json", "company list", "key issue", "--help"])
  test(`when its reader has gone away, \`${line}\` ends quietly`, async (context) => {
    const [command, ...args] = line.split(" ");
    const of = command === "--help" ? [] : ["--db", await partnerFile(context)];
    const email = ["user", "key"].includes(command) ? ["--email", "it@partner.example"] : [];
    const { child, ended } = start([command, ...args, ...of, ...email]);
    child.stdout.destroy();
    const { code, stderr } = await ended;
    assert.equal(code, 141);
    assert.doesNotMatch(stderr, /EPIPE| {4}at /);
  });

test("whoever read its errors may go away", async () => {
  const { child, ended } = start(["no-such-command"]);
  child.stderr.destroy();
  assert.equal((await ended).code, 2);
});

test("what cannot be printed is told to be lost", async () => {
  const readOnly = openSync(fileURLToPath(import.meta.url), "r");
  const { code, stderr } = await start(["--version"], { stdio: ["ignore", readOnly, "pipe"] }).ended;
  assert.match(stderr, /^error: cannot print \(EBADF\).*check where the output goes\n$/);
  assert.equal(code, 1);
});

test("an array is JSON whatever it holds", async () => {
  for (const items of [[], [1], [{ a: "b" }, "c", null]]) {
    let line = "";
    for await (const piece of jsonArray(items)) line += piece;
    assert.equal(line, `${JSON.stringify(items)}\n`);
  }
});
