// A page, a Worker and a server, bundled as the package's README says, run where they belong.

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { copyFileSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, test } from "node:test";
import { runAlone } from "../alone.mjs";
import { withPage } from "../page.mjs";
import { MODULES } from "../programs.mjs";
import { createProject, PACKAGE } from "../project.mjs";
import { workerIn } from "../workerd.mjs";
import { EXPECTED } from "./sign-ons.mjs";

const [, SECTION = ""] = readFileSync(join(PACKAGE, "README.md"), "utf8").split("\n## Bundled\n");
const [VITE_CONFIG] = codeIn("js");
const COMMANDS = codeIn("sh")
  .flatMap((block) => block.split("\n"))
  .map((line) => line.replace(/ +#.*/, ""));

const project = await createProject();
after(() => rmSync(project, { recursive: true }));
for (const file of ["index.html", "page.js", "worker.js", "server.js", "sign-ons.mjs"]) {
  copyFileSync(new URL(file, import.meta.url), join(project, file));
}
writeFileSync(join(project, "vite.worker.js"), VITE_CONFIG);

const bundles = [
  { title: "esbuild bundles a page", command: /^npx esbuild page/, html: "index.html", run: inChromium },
  { title: "esbuild bundles a Worker", command: /^npx esbuild worker.*=workerd/, run: inWorkerd },
  { title: "Vite bundles a page", command: /^npx vite build$/, html: "dist/index.html", run: inChromium },
  { title: "Vite bundles a Worker", command: /^npx vite build .*worker/, run: inWorkerd },
  { title: "esbuild bundles a server", command: /^npx esbuild server/, run: inNode },
];

test("the README has no other commands than those that are tested", () => {
  assert.equal(COMMANDS.length, bundles.length);
});

for (const { title, command, html, run } of bundles)
  test(`${title} that creates, authenticates, replaces and refuses`, async () => {
    bundle(COMMANDS.find((line) => command.test(line)));
    assert.deepEqual(JSON.parse(await run(html)), EXPECTED);
  });

test("an edge runtime gets the wasm as the module that it asks for, and runs the bundle", async () => {
  bundle(COMMANDS.find((line) => line.includes("=workerd")).replace("=workerd", "=edge-light"));
  // This much is the platform's part.
  const dist = join(project, "dist");
  const wasms = readdirSync(dist).filter((file) => file.endsWith(".wasm"));
  assert.equal(wasms.length, 3);
  for (const wasm of wasms) renameSync(join(dist, wasm), join(dist, `${wasm}?module`));
  assert.deepEqual(JSON.parse(await inWorkerd()), EXPECTED);
});

function bundle(command) {
  rmSync(join(project, "dist"), { recursive: true, force: true });
  const [, tool, ...args] = command.split(" ");
  execFileSync(join(MODULES, ".bin", tool), args, { cwd: project, stdio: "pipe" });
}

/** The code in this language in the README's section. */
function codeIn(language) {
  const [section] = SECTION.split("\n## ", 1);
  return [...section.matchAll(new RegExp(`^\`\`\`${language}\n(.*?)\n\`\`\``, "gms"))].map(([, code]) => code);
}

async function inChromium(html) {
  return withPage(join(project, "dist"), readFileSync(join(project, html)), (page) => page.textContent("output"));
}

async function inNode() {
  return JSON.stringify(runAlone(join(project, "dist"), "server.mjs").answers);
}

async function inWorkerd() {
  const worker = workerIn(join(project, "dist"));
  try {
    return await (await worker.dispatchFetch("https://worker.example/")).text();
  } finally {
    await worker.dispose();
  }
}
