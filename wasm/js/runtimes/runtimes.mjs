// The table of runtimes, for a project that has the package. `entry` is the one it must load; `start` takes the project's
// directory and the vectors and gives `{ version, loaded, results }`; `tell` takes the directory and the example that the
// README has in `section`, and gives what that answers to a request for `QUESTION`.

import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { basename, extname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { chromium } from "playwright-core";
import { openWorker } from "./workerd.mjs";

const run = promisify(execFile);

const MODULES = fileURLToPath(new URL("node_modules/", import.meta.url));
const CHROMIUM = process.env.CHROMIUM ?? "/usr/bin/chromium";
/** How long one runtime may take, in milliseconds. */
const LIMIT = 300_000;

/** What the README's examples are asked; the one for browsers asks it itself. */
const QUESTION = "/api/sso/authenticate?email=ann@partner.example";

const DENO_OPTIONS = ["run", "--quiet", "--no-remote", "--allow-read", "--allow-net=127.0.0.1"];

export const runtimes = [
  // The machine's: 20 where the package's oldest Node is to be tested.
  { name: "node", section: "Node", entry: "node.js", ...processOf(process.execPath) },
  { name: "node24", section: "Node", entry: "node.js", ...processOf(join(MODULES, ".bin/node")) },
  { name: "deno", section: "Deno", entry: "node.js", ...processOf(builtIn("@deno", "deno"), ...DENO_OPTIONS) },
  { name: "bun", section: "Bun", entry: "node.js", ...processOf(builtIn("@oven", "bin/bun"), "--no-install") },
  { name: "workerd", section: "Workers", entry: "workers.js", start: startWorker, tell: tellWorker },
  { name: "chromium", section: "Browser", entry: "browser.js", start: startPage, tell: tellPage },
];

/** Node, Deno and Bun find the package in `node_modules` by themselves. */
function processOf(program, ...options) {
  const env = { ...process.env, DENO_NO_UPDATE_CHECK: "1", DO_NOT_TRACK: "1", NO_COLOR: "1" };
  return {
    async start(project) {
      const { stdout: version } = await run(program, ["--version"], { env });
      const limits = { timeout: LIMIT, maxBuffer: 64 * 1024 * 1024 };
      const { stdout } = await run(program, [...options, "process.mjs"], { cwd: project, env, ...limits });
      return { version: /\d+\.\d+\.\d+/.exec(version)?.[0] ?? "", ...JSON.parse(stdout) };
    },

    async tell(project, example) {
      const port = await freePort();
      writeFileSync(join(project, "example.mjs"), example.replace("8080", port));
      const stdio = ["ignore", "ignore", "inherit"];
      const server = spawn(program, [...options, "example.mjs"], { cwd: project, env, stdio });
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

/** The program itself: its command is either put there by a script at installation, or starts it and dies alone. */
function builtIn(scope, path) {
  const [platform = ""] = readdirSync(join(MODULES, scope));
  return join(MODULES, scope, platform, path);
}

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
  const { worker, inputs } = await openWorker(project, file, join(project, "bundle", file));
  try {
    return await use(worker, entryAmong(inputs));
  } finally {
    await worker.dispose();
  }
}

async function startPage(project, input) {
  return withPage(project, async (page, requested) => {
    const results = await page.evaluate(async (input) => (await import("/runner.mjs")).runVectors(input), input);
    return { version: page.context().browser().version(), loaded: entryAmong(requested), results };
  });
}

async function tellPage(project, example) {
  writeFileSync(join(project, "example.mjs"), example);
  return withPage(project, async (page) => {
    await page.evaluate(() => import("/example.mjs"));
    return page.textContent("body");
  });
}

/** A page without a bundler: an import map says where the package's entries are. */
async function withPage(project, use) {
  const requested = [];
  const server = createServer((request, response) => {
    const path = new URL(request.url, "http://page.example").pathname;
    requested.push(path);
    const file = path === "/" ? pageOver(project) : contentOf(join(project, path));
    response.writeHead(file === undefined ? 404 : 200, { "content-type": TYPES[extname(path)] ?? "text/html" });
    response.end(file);
  });
  await once(server.listen(0, "127.0.0.1"), "listening");
  const browser = await chromium.launch({ executablePath: CHROMIUM, args: OFFLINE });
  try {
    const page = await browser.newPage();
    page.setDefaultTimeout(LIMIT);
    await page.goto(`http://127.0.0.1:${server.address().port}/`);
    return await use(page, requested);
  } finally {
    await browser.close();
    server.close();
  }
}

const OFFLINE = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];
const TYPES = { ".js": "text/javascript", ".mjs": "text/javascript", ".wasm": "application/wasm" };

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

/** What a resolver with these conditions takes of a package's `exports`. */
function resolve(target, conditions) {
  if (typeof target === "string") return target;
  const [, next] = Object.entries(target).find(([condition]) => conditions.includes(condition)) ?? [];
  return resolve(next, conditions);
}

function contentOf(path) {
  try {
    return readFileSync(path);
  } catch {
    return undefined;
  }
}

/** Which entry of the package is among these paths. */
function entryAmong(paths) {
  const entries = new Set(runtimes.map(({ entry }) => entry));
  return paths.map((path) => basename(path)).filter((file) => entries.has(file)).join(", ");
}

function versionOf(dependency) {
  return JSON.parse(readFileSync(join(MODULES, dependency, "package.json"), "utf8")).version;
}
