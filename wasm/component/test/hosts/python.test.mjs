// The host in Python, over a file of SQLite.

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { assertServes, inDirectory, serving } from "./host.mjs";

const env = { PYTHONPATH: process.env.WASMTIME };

test("the host in Python over SQLite is conformant, and ends gracefully", async (t) => {
  await inDirectory("python", "embedded", (directory) =>
    serving(directory, "sso.db", "python3", ["server.py", "sso.db"], env, async (url, credentials, stop) => {
      await assertServes(t, directory, url, credentials, stop);
    }),
  );
});

test("a storage in Python that fails, lies or breaks 2,000 times gives the answers of the format, and the next call works", async (t) => {
  await inDirectory("python", "embedded", async (directory) => {
    const file = fileURLToPath(new URL("failure.py", import.meta.url));
    const printed = execFileSync("python3", [file], {
      env: { ...process.env, PYTHONPATH: `${env.PYTHONPATH}:${directory}` },
      encoding: "utf8",
    });
    t.diagnostic(printed);
    assert.match(printed, /^5 kinds of answers, 2000 times each\n$/);
  });
});
