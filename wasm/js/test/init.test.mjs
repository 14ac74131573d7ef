import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { connect } from "node:net";
import { dirname, join, relative } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { transformSync } from "esbuild";
import { memoryStorage } from "ssokey/memory";
import { migrationFiles } from "../dist/sql/d1-files.js";
import { check, run, start } from "./cli.mjs";
import { given, saveToken } from "./contract.mjs";
import { tablesOf, temporaryFile } from "./database.mjs";
import { fields, keyOf } from "./partner.mjs";

const { version, peerDependencies } = JSON.parse(readFileSync(new URL("../package.json", import.meta.url), "utf8"));
const MIGRATIONS = migrationFiles().map(({ name }) => join("migrations", name));
const DRIVER = peerDependencies["@libsql/client"];
const FILES = {
  node: [".gitignore", "README.md", "package.json", "server.js"],
  deno: [".gitignore", "README.md", "deno.json", "server.ts"],
  bun: [".gitignore", "README.md", "package.json", "server.ts"],
  worker: [".gitignore", "README.md", ...MIGRATIONS, "operator.ts", "package.json", "worker.ts", "wrangler.toml"],
};
const DEPENDENCIES = {
  node: { "@libsql/client": DRIVER, ssokey: `^${version}` },
  deno: { "@libsql/client": `npm:@libsql/client@${DRIVER}`, ssokey: `npm:ssokey@^${version}` },
  bun: { "@libsql/client": DRIVER, ssokey: `^${version}` },
  worker: { ssokey: `^${version}` },
};

const emptyDirectory = (context) => dirname(temporaryFile(context));
const filesOf = (directory) =>
  readdirSync(directory, { recursive: true, withFileTypes: true })
    .filter((entry) => !entry.isDirectory())
    .map(({ parentPath, name }) => relative(directory, join(parentPath, name)))
    .sort();

for (const [runtime, files] of Object.entries(FILES))
  test(`a project for ${runtime} is written, and what to do next is told`, async (context) => {
    const directory = join(emptyDirectory(context), "a", "project");
    const { code, stdout, stderr } = await run("init", directory, "--runtime", runtime);
    assert.deepEqual([code, stderr], [0, ""]);
    assert.deepEqual(filesOf(directory), files);
    for (const file of files) {
      assert.ok(stdout.includes(`written ${join(directory, file)}\n`));
      assert.doesNotMatch(readFileSync(join(directory, file), "utf8"), /\{\{|\}\}/);
    }
    const [, commands] = /```sh\n(.*?)```/s.exec(readFileSync(join(directory, "README.md"), "utf8"));
    assert.ok(stdout.endsWith(`\nnext, in \`${directory}\`:\n${commands.replace(/^(?=.)/gm, "  ")}`));
    const manifest = JSON.parse(readFileSync(join(directory, runtime === "deno" ? "deno.json" : "package.json"), "utf8"));
    assert.deepEqual(manifest.imports ?? manifest.dependencies, DEPENDENCIES[runtime]);
  });

test("without a directory and a runtime it is a project for Node, here", async (context) => {
  const cwd = emptyDirectory(context);
  writeFileSync(join(cwd, "other.txt"), "mine");
  const { code, stdout } = await start(["init", "--json"], { cwd }).ended;
  assert.equal(code, 0);
  assert.deepEqual(JSON.parse(stdout).written.sort(), FILES.node);
  assert.deepEqual(filesOf(cwd), [...FILES.node, "other.txt"].sort());
});

for (const { title, stand } of [
  { title: "a file", stand: (path) => writeFileSync(path, "mine") },
  { title: "a directory", stand: (path) => mkdirSync(path) },
  { title: "a link that leads nowhere", stand: (path) => symlinkSync("nowhere", path) },
])
  test(`where ${title} stands in its way, it is named and nothing is written`, async (context) => {
    const cwd = emptyDirectory(context);
    stand(join(cwd, "README.md"));
    const before = readdirSync(cwd);
    await check({
      args: ["init"],
      cwd,
      code: 2,
      says: /^error: nothing was written, .* already `README.md`; choose another directory\n$/,
    });
    assert.deepEqual(readdirSync(cwd), before);
    assert.ok(title !== "a file" || readFileSync(join(cwd, "README.md"), "utf8") === "mine");
  });

test("all that stands in its way is named", async (context) => {
  const cwd = emptyDirectory(context);
  assert.equal((await start(["init"], { cwd }).ended).code, 0);
  const says = /already `README.md`, `\.gitignore`, `package\.json`, `server\.js`; choose/;
  await check({ args: ["init"], cwd, code: 2, says });
});

test("a file where a directory has to be is told, and nothing is written", async (context) => {
  const cwd = emptyDirectory(context);
  writeFileSync(join(cwd, "migrations"), "mine");
  await check({
    args: ["init", "--runtime", "worker"],
    cwd,
    code: 1,
    says: /cannot write to the directory `\.`: a part of it is a file/,
  });
  await check({
    args: ["init", "migrations"],
    cwd,
    code: 1,
    says: /`migrations`: (it is a file, or .*|a part of it is a file); name a directory/,
  });
  assert.deepEqual(readdirSync(cwd), ["migrations"]);
});

test("an unknown runtime is refused, with those that are known", async (context) => {
  const cwd = emptyDirectory(context);
  const says = /argument 'php' is invalid\. Allowed choices are node, deno, bun, worker\./;
  await check({ args: ["init", "--runtime", "php"], cwd, code: 2, says });
  assert.deepEqual(readdirSync(cwd), []);
});

test("the server for Node ends within 10 s of a signal, whoever has connected and says nothing", async (context) => {
  const cwd = emptyDirectory(context);
  await run("init", cwd);
  // Beside this file it finds the package.
  const file = new URL(`server-${process.pid}.mjs`, import.meta.url);
  cpSync(join(cwd, "server.js"), file);
  context.after(() => rmSync(file));
  const server = spawn(process.execPath, [fileURLToPath(file)], { cwd, env: { ...process.env, PORT: "0" } });
  context.after(() => server.kill("SIGKILL"));
  const [line] = await once(server.stdout, "data");
  const [url, port] = /http:\/\/127\.0\.0\.1:(\d+)\//.exec(line);
  const silent = connect(port, "127.0.0.1");
  silent.on("error", () => {});
  await once(silent, "connect");
  const refused = await fetch(`${url}api/sso/authenticate`, { method: "POST", body: fields("ssok_wrong", "any") });
  assert.equal(refused.status, 401);
  server.kill("SIGTERM");
  const [code] = await once(server, "exit", { signal: AbortSignal.timeout(10_000) });
  assert.equal(code, 0);
  assert.deepEqual(
    readdirSync(cwd).filter((name) => name.startsWith("sso.db")),
    ["sso.db"],
    "the storage was closed",
  );
  const { events } = await tablesOf(join(cwd, "sso.db"));
  assert.deepEqual(
    events.map(({ kind }) => kind),
    ["key_refused"],
  );
});

test("the Worker deletes by its schedule what has expired, and events of more than 90 days", async (context) => {
  const directory = emptyDirectory(context);
  await run("init", directory, "--runtime", "worker");
  assert.match(readFileSync(join(directory, "wrangler.toml"), "utf8"), /^\[triggers\]\ncrons = \["[^"]+"\]$/m);
  // The database of the test is the storage itself.
  const { code } = transformSync(readFileSync(join(directory, "worker.ts"), "utf8"), { loader: "ts", format: "esm" });
  const text = code.replace(/^import .* from "ssokey\/d1";$/m, "const d1Storage = async (storage) => storage;");
  const file = new URL(`worker-${process.pid}.mjs`, import.meta.url);
  writeFileSync(file, text);
  context.after(() => rmSync(file));
  const { default: worker } = await import(file.href);
  const storage = memoryStorage();
  await keyOf(storage);
  const { token } = await given(storage, 1);
  await saveToken(storage, { ...token, expiresAt: Date.now() });
  const day = 86_400_000;
  const event = { ...storage.dump().events[0], kind: "key_refused", reason: "unknown" };
  for (const age of [91, 89]) await storage.audit({ ...event, at: Date.now() - age * day });
  await worker.scheduled({}, { DB: storage });
  const { tokens, events } = storage.dump();
  assert.deepEqual([tokens, events.at(-1).kind], [[], "events_purged"]);
  const refused = events.filter(({ kind }) => kind === "key_refused").map(({ at }) => Math.round((Date.now() - at) / day));
  assert.deepEqual(refused, [89]);
});
