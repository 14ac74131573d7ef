// The table of runtimes, for a project that has the package. `entry` is the one it must load; `start` takes the project's
// directory and the vectors and gives `{ version, loaded, results }`; `tell` takes the directory and the example that the
// README has in `section`, and gives what that answers to a request for `QUESTION`.

import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { join } from "node:path";
import { promisify } from "node:util";
import { withPage } from "./page.mjs";
import { BUN, DENO, ENVIRONMENT as env, MODULES, NODE, NODE_24 } from "./programs.mjs";
import { bundleWorker, workerIn } from "./workerd.mjs";

const run = promisify(execFile);

/** The time that one runtime may take, in milliseconds. */
const LIMIT = 300_000;

/** The question to the README's examples; the one for browsers asks it itself. */
const QUESTION = "/api/sso/authenticate?email=ann@partner.example";

export const runtimes = [
  { name: "node", section: "Node", entry: "node.js", ...processOf(NODE) },
  { name: "node24", section: "Node", entry: "node.js", ...processOf(NODE_24) },
  { name: "deno", section: "Deno", entry: "node.js", ...processOf(DENO) },
  { name: "bun", section: "Bun", entry: "node.js", ...processOf(BUN) },
  { name: "workerd", section: "Workers", entry: "workers.js", start: startWorker, tell: tellWorker },
  { name: "chromium", section: "Browser", entry: "browser.js", start: startPage, tell: tellPage },
];

/** Node, Deno and Bun find the package in `node_modules` by themselves. */
function processOf({ command, options }) {
  return {
    async start(project) {
      const { stdout: version } = await run(command, ["--version"], { env });
      const limits = { timeout: LIMIT, maxBuffer: 64 * 1024 * 1024 };
      const { stdout } = await run(command, [...options, "process.mjs"], { cwd: project, env, ...limits });
      return { version: /\d+\.\d+\.\d+/.exec(version)?.[0] ?? "", ...JSON.parse(stdout) };
    },

    async tell(project, example) {
      const port = await freePort();
      writeFileSync(join(project, "example.mjs"), example.replace("8080", port));
      const stdio = ["ignore", "ignore", "inherit"];
      const server = spawn(command, [...options, "example.mjs"], { cwd: project, env, stdio });
      const ended = once(server, "exit").then(([code]) => Promise.reject(new Error(`the example ended with ${code}`)));
      try {
        return await Promise.race([reach(`http://127.0.0.1:${port}${QUESTION}`, server).then(textOf), ended]);
      } finally {
        server.kill();
        await ended.catch(() => {});
      }
    },
  };
}

async function freePort() {
  const server = createServer();
  await once(server.listen(0, "127.0.0.1"), "listening");
  const { port } = server.address();
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** The response of a server that is about to listen. It says when by answering. */
async function reach(url, server) {
  const deadline = Date.now() + 60_000;
  for (;;) {
    try {
      return await fetch(url);
    } catch (error) {
      if (server.exitCode !== null || Date.now() > deadline) throw error;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
}

const textOf = (response) => response.text();

async function startWorker(project, input) {
  return withWorker(project, "worker.mjs", async (worker, loaded) => {
    const body = JSON.stringify(input);
    const request = { method: "POST", body, signal: AbortSignal.timeout(LIMIT) };
    const response = await worker.dispatchFetch("http://worker.example/", request);
    if (!response.ok) throw new Error(await response.text());
    return { version: versionOf("workerd"), loaded, results: await response.json() };
  });
}

async function tellWorker(project, example) {
  writeFileSync(join(project, "example.mjs"), example);
  return withWorker(project, "example.mjs", async (worker) => {
    return textOf(await worker.dispatchFetch(`http://worker.example${QUESTION}`));
  });
}

async function withWorker(project, file, use) {
  const { directory, inputs } = await bundleWorker(project, file);
  const worker = workerIn(directory);
  try {
    return await use(worker, entryAmong(inputs));
  } finally {
    await worker.dispose();
  }
}

async function startPage(project, input) {
  return withPage(project, pageOver(project), async (page, requested) => {
    page.setDefaultTimeout(LIMIT);
    const results = await page.evaluate(async (input) => (await import("/runner.mjs")).runVectors(input), input);
    return { version: page.context().browser().version(), loaded: entryAmong(requested), results };
  });
}

async function tellPage(project, example) {
  writeFileSync(join(project, "example.mjs"), example);
  return withPage(project, pageOver(project), async (page) => {
    await page.evaluate(() => import("/example.mjs"));
    return page.textContent("body");
  });
}

/** A page without a bundler: an import map says where the package's entries are. */
function pageOver(project) {
  const { name, exports } = JSON.parse(readFileSync(join(project, "node_modules/ssokey/package.json"), "utf8"));
  const imports = Object.fromEntries(
    Object.entries(exports).map(([subpath, target]) => [
      join(name, subpath),
      join("/node_modules", name, resolve(target, ["browser", "import", "default"])),
    ]),
  );
  return `<!doctype html><script type="importmap">${JSON.stringify({ imports })}</script>`;
}

/** Returns the file that a resolver with these conditions takes of a package's `exports`. */
function resolve(target, conditions) {
  if (typeof target === "string") return target;
  const [, next] = Object.entries(target).find(([condition]) => conditions.includes(condition)) ?? [];
  return resolve(next, conditions);
}

/** Returns the entry of the package that is among these paths, not counting the operator's. */
function entryAmong(paths) {
  const entries = new Set(runtimes.map(({ entry }) => entry));
  const files = paths.map((path) => /\/entries\/([^/]+)$/.exec(path)?.[1]);
  return files.filter((file) => entries.has(file)).join(", ");
}

function versionOf(dependency) {
  return JSON.parse(readFileSync(join(MODULES, dependency, "package.json"), "utf8")).version;
}
