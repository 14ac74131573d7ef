// What people install, in an empty project and without a network: `npx ssokey-check` and pip. DISTRIBUTION is the directory that
// `distribute.sh` has filled.

import assert from "node:assert/strict";
import { execFileSync, spawnSync } from "node:child_process";
import { once } from "node:events";
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { fileURLToPath } from "node:url";
import { run, start } from "./process.mjs";
import { startRegistry } from "./registry.mjs";

const DISTRIBUTION = process.env.DISTRIBUTION;
const ROOT = fileURLToPath(new URL("../../../../", import.meta.url));
const DEMO = join(ROOT, "wasm/js/demo/demo.mjs");
const PLATFORM = `@ssokey/check-${process.platform}-${process.arch}`;
const READY = /^ready (\S+)$/m;

const places = mkdtempSync(join(tmpdir(), "ssokey-check-"));
let registry;
/** The ways to the program: that of npx, and that of a virtual environment. */
const programs = {};
before(async () => {
  registry = await startRegistry(DISTRIBUTION);
  const project = await createProject("npm");
  programs.npm = join(project, "node_modules/.bin/ssokey-check");
  const environment = join(places, "venv");
  await run("python3", ["-m", "venv", environment]);
  await run(join(environment, "bin/pip"), ["install", "--quiet", "--no-index", "--find-links", DISTRIBUTION, "ssokey-check"]);
  programs.pip = join(environment, "bin/ssokey-check");
});
after(async () => {
  await registry?.stop();
  rmSync(places, { recursive: true });
});

/** Installs the package into an empty project, and gives the project's directory. */
async function createProject(name, ...options) {
  const project = join(places, name);
  mkdirSync(project);
  writeFileSync(join(project, "package.json"), JSON.stringify({ name: "empty", private: true }));
  await npm(project, "install", "ssokey-check", "--ignore-scripts", ...options);
  return project;
}

function npm(project, ...args) {
  const env = { ...process.env, npm_config_registry: registry.url, npm_config_cache: join(places, "cache") };
  return run("npm", [...args, "--no-audit", "--no-fund"], { cwd: project, env });
}

/** Runs `use` with the URL of a server of the program's own, and the options of its credentials. */
async function whileServing(program, options, use) {
  const credentials = mkdtempSync(join(places, "credentials-"));
  const server = start(program, ["serve", "--credentials", credentials, ...options]);
  const [, url] = await server.printed(READY);
  const file = (name) => join(credentials, `${name}.txt`);
  const given = ["--ssokey-file", file("key"), "--second-ssokey-file", file("second-key")];
  await use(url, [...given, "--product-secret-file", file("product-secret")]);
  server.child.kill("SIGTERM");
  return server.ended;
}

test("every package has the version of the crates", async () => {
  const { packages } = JSON.parse(
    execFileSync("cargo", ["metadata", "--locked", "--no-deps", "--format-version", "1"], { cwd: ROOT, encoding: "utf8" }),
  );
  const { version } = packages.find(({ name }) => name === "ssokey-check");
  const { version: ofServer } = JSON.parse(readFileSync(join(ROOT, "wasm/js/package.json"), "utf8"));
  const main = registry.manifests.get("ssokey-check");
  const built = registry.manifests.get(PLATFORM);
  const described = "import importlib.metadata as read; print(read.metadata('ssokey-check'))";
  const ofWheel = (await run(join(places, "venv/bin/python"), ["-c", described])).out;
  assert.equal(ofServer, version);
  assert.deepEqual([main.version, built.version, ...Object.values(main.optionalDependencies)], Array(7).fill(version));
  assert.deepEqual([built.os, built.cpu], [[process.platform], [process.arch]]);
  assert.deepEqual([...registry.manifests.keys()].sort(), [...Object.keys(main.optionalDependencies), "ssokey-check"].sort());
  for (const line of ["Name: ssokey-check", `Version: ${version}`, "License(-Expression)?: MIT OR Apache-2.0"]) {
    assert.match(ofWheel, new RegExp(`^${line}$`, "m"));
  }
});

test("npm fetches the program of this platform alone", () => {
  assert.deepEqual(registry.fetched.map((name) => name.replace(/-\d.*/, "")).sort(), [
    "ssokey-check",
    PLATFORM.replace("@", "").replace("/", "-"),
  ]);
});

test("the program needs no library of the machine", { skip: process.platform !== "linux" }, async () => {
  const { code, out, err } = await run("ldd", [join(DISTRIBUTION, "ssokey-check")], { codes: [0, 1] });
  assert.match(out + err, /statically linked|not a dynamic executable|not a valid dynamic program/, `${code}`);
});

test("npx runs it, with its arguments and its standard input", async () => {
  const { out } = await npm(join(places, "npm"), "exec", "--offline", "--", "ssokey-check", "--version");
  assert.match(out, /^ssokey-check \d+\.\d+\.\d+/);
  const linting = start(programs.npm, ["lint"], { stdio: ["pipe", "pipe", "pipe"] });
  linting.child.stdin.end('{"error":{"code":4010},"status_code":401,"stat":"fail"}');
  assert.equal((await linting.ended).code, 1);
});

for (const way of ["npm", "pip"]) {
  test(`it judges the server of the npm package (${way})`, async () => {
    const { out } = await run(process.execPath, [DEMO, "--check", programs[way]]);
    assert.match(out, /Verdict: CONFORMANT/);
  });

  test(`it serves, and judges what it serves, with the exit codes of the program (${way})`, async () => {
    const program = programs[way];
    const keys = ["--only", "key.*"];
    const good = await whileServing(program, [], async (url, credentials) => {
      await run(program, ["run", url, ...credentials, ...keys]);
      await run(program, ["run", url, ...keys], { codes: [2] });
    });
    assert.deepEqual([good.code, good.signal], [0, null]);
    await whileServing(program, ["--fault", "key-is-trimmed"], async (url, credentials) => {
      await run(program, ["run", url, ...credentials, ...keys], { codes: [1] });
    });
    await run(program, ["lint", "/nowhere"], { codes: [2] });
  });

  for (const signal of ["SIGINT", "SIGTERM"])
    test(`${signal} reaches the program, and is what it ends by (${way})`, async () => {
      // A server that takes every connection and answers none.
      const sockets = new Set();
      const silent = createServer((socket) => sockets.add(socket.on("error", () => {})));
      await once(silent.listen(0, "127.0.0.1"), "listening");
      try {
        const args = ["run", `http://127.0.0.1:${silent.address().port}`, "--timeout", "60"];
        const running = start(programs[way], args, { env: { ...process.env, SSOKEY_CHECK_KEY: "a key" } });
        const [socket] = await once(silent, "connection");
        // The system may reset the connection of a program that ends, which is an error to `once`.
        const gone = new Promise((resolve) => socket.once("close", resolve));
        socket.resume();
        running.child.kill(signal);
        const ended = await running.ended;
        assert.deepEqual([ended.code, ended.signal], [null, signal]);
        await gone;
      } finally {
        for (const socket of sockets) socket.destroy();
        silent.close();
      }
    });
}

test("the server that spec/implementing.md leads to is conformant", async () => {
  const project = join(places, "npm");
  const page = readFileSync(join(ROOT, "spec/implementing.md"), "utf8");
  const blocks = [...page.matchAll(/^```js\n(.*?)^```/gms)].map(([, block]) => block);
  writeFileSync(join(project, "server.mjs"), blocks.join("\n"));
  for (const name of ["express", "hash-wasm"]) {
    symlinkSync(join(ROOT, "wasm/js/node_modules", name), join(project, "node_modules", name));
  }
  const server = start(process.execPath, ["server.mjs"], { cwd: project, env: { ...process.env, PORT: "0" } });
  const [, url] = await server.printed(READY);
  const { out } = await run(programs.npm, ["run", url, "--ssokey-file", join(project, "key.txt")]);
  assert.match(out, /^CONFORMANT: /m);
  server.child.kill();
  await server.ended;
});

test("where npm has left the program out, an error says how to get it", async () => {
  const project = await createProject("omitted", "--omit=optional");
  const program = join(project, "node_modules/.bin/ssokey-check");
  const { out, err } = await run(program, ["--version"], { codes: [2] });
  assert.equal(out, "");
  assert.match(err, new RegExp(`^error: the package \`${PLATFORM}\`.* is not installed\n\n  .*--omit=optional`));
  const [, remedy] = /run `npm (.*)`/.exec(err);
  await npm(project, ...remedy.split(" "));
  await run(program, ["--version"]);
});

test("on a platform without a build, an error says how to build it", async () => {
  const script = join(places, "npm/node_modules/ssokey-check/ssokey-check.js");
  const setting = "Object.defineProperty(process, 'platform', { value: 'sunos' });";
  writeFileSync(join(places, "other.mjs"), `${setting} await import(${JSON.stringify(script)});`);
  const { err } = await run(process.execPath, [join(places, "other.mjs")], { codes: [2] });
  assert.match(err, /^error: there is no build of ssokey-check for sunos-.*linux-x64.*\n\n {2}.*cargo install ssokey-check/);
});

const hasBuildah = process.platform === "linux" && spawnSync("buildah", ["--version"]).status === 0;
test("the recipe makes a container in which the program runs", { skip: !hasBuildah && "buildah is not there" }, async () => {
  // The stage that compiles needs an image of a registry: what it leads to stands in its place.
  const recipe = readFileSync(join(ROOT, "conformance/check/Containerfile"), "utf8");
  const context = join(places, "container");
  mkdirSync(join(context, "image"), { recursive: true });
  cpSync(join(DISTRIBUTION, "ssokey-check"), join(context, "image/ssokey-check"));
  const last = recipe.slice(recipe.indexOf("FROM scratch")).replace("COPY --from=build /image /", "COPY image /");
  writeFileSync(join(context, "Containerfile"), last);
  const stores = ["--storage-driver", "vfs", "--root", join(places, "images"), "--runroot", join(places, "run")];
  const buildah = async (...args) => (await run("buildah", [...stores, ...args])).out.trim();
  const image = await buildah("bud", "--quiet", "--isolation", "chroot", context);
  const container = await buildah("from", image);
  const judged = await buildah(
    "run",
    "--isolation",
    "chroot",
    container,
    "--",
    "/ssokey-check",
    "selftest",
    "--fault",
    "key-is-trimmed",
  );
  assert.match(judged, /SELFTEST PASSED/);
  await buildah("rm", container);
});

test("it trusts the system's authorities, and looks names up", { skip: process.platform !== "linux" }, async () => {
  const { startTls } = await import("./tls.mjs");
  const tls = await startTls(places);
  try {
    const args = ["run", `https://localhost:${tls.port}`, "--only", "sign-on.*"];
    const env = { ...process.env, SSOKEY_CHECK_KEY: "a key" };
    const trusting = await run(programs.pip, args, { codes: [1], env: { ...env, SSL_CERT_FILE: tls.authority } });
    assert.match(trusting.out, /NOT CONFORMANT/i);
    await run(programs.pip, args, { codes: [3], env });
    await run(programs.pip, ["run", "https://nobody.invalid", "--allow-remote"], { codes: [3], env });
  } finally {
    tls.stop();
  }
});
