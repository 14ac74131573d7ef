// The host in Rust, over a file of SQLite, and the vectors through both worlds in wasmtime. All is compiled in the copy of the example, into TARGET.

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { cpSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { componentOf, WORLDS } from "../components.mjs";
import { AT_LEAST } from "../face.mjs";
import { readConversations, textOf } from "./conversations.mjs";
import { assertServes, assertSignsOnAtOnce, inDirectory, serving } from "./host.mjs";

const env = { CARGO_TARGET_DIR: process.env.TARGET };

test("the host in Rust", async (t) => {
  await inDirectory("rust", "stepped", async (directory) => {
    for (const world of WORLDS) cpSync(fileURLToPath(componentOf(world)), join(directory, `ssokey-${world}.wasm`));
    cpSync(fileURLToPath(new URL("rust", import.meta.url)), join(directory, "tests"), { recursive: true });
    writeFileSync(join(directory, "conversations.json"), textOf(await readConversations()));
    cargo(directory, "build", "--tests");
    await t.test("over SQLite is conformant, has 64 sign-ons in flight in one instance, and ends gracefully", (t) =>
      judged(t, directory),
    );
    await t.test(
      "answers as the format says, 2,000 times, where a storage fails or lies or an instance traps, and the next call works",
      (t) => {
        const printed = cargo(directory, "test", "--test", "failure", "--", "--show-output");
        for (const said of [/^6 kinds of answers, 2000 times each$/m, /^2000 traps$/m]) t.diagnostic(said.exec(printed)[0]);
      },
    );
    await t.test("says in both worlds what every vector says", (t) => {
      const printed = cargo(directory, "test", "--test", "vectors", "--", "--show-output");
      const [, version] = /^name = "wasmtime"\nversion = "(.*)"$/m.exec(readFileSync(join(directory, "Cargo.lock"), "utf8"));
      for (const world of WORLDS) {
        const [, count] = new RegExp(`^${world}: ([0-9]+) vectors passed$`, "m").exec(printed);
        t.diagnostic(`wasmtime ${version}, ${world}: ${count} vectors passed`);
        assert.ok(Number(count) >= AT_LEAST[world], `${count} vectors of ${world}`);
      }
    });
  });
});

async function judged(t, directory) {
  const run = ["run", "--release", "--locked", "--quiet", "sso.db"];
  await serving(directory, "sso.db", "cargo", run, env, async (url, credentials, stop) => {
    await assertSignsOnAtOnce(url, credentials);
    await assertServes(t, directory, url, credentials, stop);
  });
}

/** Runs cargo in the directory and returns what it prints. */
function cargo(directory, command, ...args) {
  return execFileSync("cargo", [command, "--release", "--locked", ...args], {
    cwd: directory,
    env: { ...process.env, ...env },
    encoding: "utf8",
  });
}
