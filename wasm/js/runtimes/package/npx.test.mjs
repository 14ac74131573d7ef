// The command line as npx starts it, from the packed package.

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { rmSync } from "node:fs";
import { after, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { createProject } from "../project.mjs";

const project = await createProject("@libsql/client");
after(() => rmSync(project, { recursive: true }));

/** Starts a server, and gives its URL. */
async function serve(command, args) {
  const child = spawn(command, [...args, "serve", "--db", "sso.db", "--port", "0"], {
    cwd: project,
    stdio: ["ignore", "pipe", "ignore"],
  });
  const [line] = await once(child.stdout, "data");
  return { child, url: /http:\S+/.exec(line)[0] };
}

for (const signal of ["SIGTERM", "SIGHUP", "SIGKILL"])
  test(`a server ends with the npx that started it, by ${signal}`, { timeout: 60_000 }, async () => {
    const { child, url } = await serve("npx", ["ssokey"]);
    assert.equal((await fetch(`${url}/healthz`)).status, 200);
    child.kill(signal);
    // Nobody has its output any more.
    await once(child, "close");
    await assert.rejects(fetch(url), { name: "TypeError" });
  });

test("a server that npx did not start outlives what did", { timeout: 60_000 }, async () => {
  const shell = 'node_modules/.bin/ssokey "$@" & echo $! >&3; wait';
  const child = spawn("sh", ["-c", shell, "sh", "serve", "--db", "sso.db", "--port", "0"], {
    cwd: project,
    stdio: ["ignore", "pipe", "ignore", "pipe"],
  });
  const [[line], [pid]] = await Promise.all([once(child.stdout, "data"), once(child.stdio[3], "data")]);
  child.kill("SIGKILL");
  await sleep(1_500);
  assert.equal((await fetch(`${/http:\S+/.exec(line)[0]}/healthz`)).status, 200);
  process.kill(Number(pid));
});
