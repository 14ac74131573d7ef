// The command line as npx starts it, from the packed package.

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { rmSync } from "node:fs";
import { after, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { killGroup } from "../../test/group.mjs";
import { createProject } from "../project.mjs";

const project = await createProject("@libsql/client");
after(() => rmSync(project, { recursive: true }));

/** Starts a server by this command, and gives its URL. What is left of them is killed when the test ends. */
async function serve(context, command, ...args) {
  const child = spawn(command, [...args, "serve", "--db", "sso.db", "--port", "0"], {
    cwd: project,
    stdio: ["ignore", "pipe", "ignore"],
    detached: true,
  });
  context.after(() => killGroup(child));
  const [line] = await once(child.stdout, "data");
  return { child, url: /http:\S+/.exec(line)[0] };
}

for (const signal of ["SIGTERM", "SIGHUP", "SIGKILL"])
  test(`a server ends with the npx that started it, by ${signal}`, { timeout: 60_000 }, async (context) => {
    const { child, url } = await serve(context, "npx", "ssokey");
    assert.equal((await fetch(`${url}/healthz`)).status, 200);
    child.kill(signal);
    // Nobody has its output any more.
    await once(child, "close");
    await assert.rejects(fetch(url), { name: "TypeError" });
  });

test("a server that npx did not start outlives what did", { timeout: 60_000 }, async (context) => {
  const { child, url } = await serve(context, "sh", "-c", 'node_modules/.bin/ssokey "$@" & wait', "sh");
  child.kill("SIGKILL");
  await sleep(1_500);
  assert.equal((await fetch(`${url}/healthz`)).status, 200);
});
