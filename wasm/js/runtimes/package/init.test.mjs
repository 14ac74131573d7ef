// The projects that `ssokey init` writes, made to work by the commands of its README, in the runtime that it is for.

import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { after, test } from "node:test";
import { promisify } from "node:util";
import { whileListening } from "../listening.mjs";
import { BUN, DENO, ENVIRONMENT } from "../programs.mjs";
import { PACKAGE } from "../project.mjs";
import { startRegistry } from "../registry.mjs";
import { bundleWorker, workerIn } from "../workerd.mjs";
import { byAllRules, EXPECTED } from "./sign-ons.mjs";

const home = mkdtempSync(join(tmpdir(), "ssokey-init-"));
const registry = await startRegistry(home);
after(async () => {
  await registry.stop();
  rmSync(home, { recursive: true });
});

const PROGRAMS = { bun: BUN.command, bunx: BUN.command, deno: DENO.command };
const bin = join(home, "bin");
mkdirSync(bin);
for (const [name, program] of Object.entries(PROGRAMS)) symlinkSync(program, join(bin, name));
const env = { ...ENVIRONMENT, ...registry.env, PORT: "0", PATH: `${bin}${delimiter}${process.env.PATH}` };

const SERVERS = [
  { runtime: "node", init: "npx --yes ssokey init node" },
  { runtime: "deno", init: "deno run -A npm:ssokey init deno --runtime deno", types: "deno check server.ts" },
  { runtime: "bun", init: "bunx --bun ssokey init bun --runtime bun", types: tsc("server.ts") },
];

for (const { runtime, init, types } of SERVERS)
  test(`what init writes for ${runtime} serves after its README's commands, by all three rules`, async () => {
    await run(home, init);
    const project = join(home, runtime);
    const commands = commandsOf(project);
    const start = commands.pop();
    const printed = [];
    for (const command of commands) printed.push(await run(project, command));
    if (types !== undefined) await run(project, types);
    const [ssokey] = /ssok_\w+/.exec(printed.at(-1));
    await whileListening("bash", ["-c", start], { cwd: project, env }, async (url) => {
      assert.deepEqual(await byAllRules((path, options) => fetch(new URL(path, url), options), ssokey), EXPECTED);
    });
  });

test("what init writes for a Worker serves over D1, with a key of its operator, by all three rules", async () => {
  await run(home, "npx --yes ssokey init worker --runtime worker");
  const project = join(home, "worker");
  // Without `wrangler`, of which the rest plays the part: it would ask for more than packages.
  await run(project, "npm install --omit=dev");
  await run(project, tsc("worker.ts operator.ts"));
  const config = readFileSync(join(project, "wrangler.toml"), "utf8");
  const [main, compatibilityDate, binding] = ["main", "compatibility_date", "binding"].map(
    (name) => new RegExp(`^${name} = "(.+)"$`, "m").exec(config)[1],
  );
  const scripts = JSON.parse(readFileSync(join(project, "package.json"), "utf8")).scripts;
  const operator = scripts.operator.replace("wrangler dev ", "");
  const withWorker = async (file, use) => {
    const { directory } = await bundleWorker(project, file);
    const options = { compatibilityDate, d1Databases: { [binding]: "sso" }, d1Persist: join(home, "d1") };
    const worker = workerIn(directory, options);
    try {
      return await use(worker);
    } finally {
      await worker.dispose();
    }
  };
  const ssokey = await withWorker(operator, async (worker) => {
    const database = await worker.getD1Database(binding);
    const migrations = join(project, "migrations");
    const ask = async (path, members, options) => {
      const body = typeof members === "string" ? members : JSON.stringify(members);
      const response = await worker.dispatchFetch(`https://operator.example/${path}`, { method: "POST", body, ...options });
      return { status: response.status, body: await response.json() };
    };
    const missing = await ask("listCompanies");
    assert.equal(missing.status, 503);
    assert.match(missing.body.error, /lacks migrations .*wrangler d1 migrations apply/);
    for (const file of readdirSync(migrations).sort()) {
      await database.prepare(readFileSync(join(migrations, file), "utf8")).run();
    }
    const told = commandsOf(project).flatMap((line) => {
      const [, path, members] = /^curl localhost:8787\/(\w+) -d '(.*)'/.exec(line) ?? [];
      return path === undefined ? [] : [{ path, members }];
    });
    assert.deepEqual(
      told.map(({ path }) => path),
      ["addCompany", "issueKey"],
    );
    const answers = [];
    for (const { path, members } of told) answers.push(await ask(path, members));
    assert.deepEqual(
      answers.map(({ status }) => status),
      [200, 200],
    );
    const again = await ask(told[0].path, told[0].members);
    assert.equal(again.status, 409);
    assert.match(again.body.error, /taken/);
    const companyEmail = "it@partner.example";
    const [{ createdAt, lastUsedAt, ...key }, ...none] = (await ask("listKeys", { companyEmail })).body;
    assert.deepEqual([key, none], [{ keyId: 1, status: "enabled", expiresAt: null }, []]);
    assert.deepEqual(await ask("setCompanyStatus", { companyEmail, status: "enabled" }), { status: 200, body: {} });
    assert.deepEqual(await ask("purge"), { status: 200, body: 0 });
    const refused = [
      [400, await ask("addCompany", "{")],
      [400, await ask("addCompany", "null")],
      [400, await ask("issueKey", { companyEmail: 1 })],
      [404, await ask("loadOperatorCore")],
      [404, await ask("OperatorError")],
      [405, await ask("listCompanies", undefined, { method: "GET", body: undefined })],
      [403, await ask("listCompanies", undefined, { headers: { origin: "https://page.example" } })],
    ];
    for (const [status, answer] of refused) {
      assert.equal(answer.status, status, JSON.stringify(answer.body));
      assert.doesNotMatch(answer.body.error, / {4}at /);
    }
    return answers[1].body.ssokey;
  });
  await withWorker(main, async (worker) => {
    const fetched = (path, options) => worker.dispatchFetch(new URL(path, "https://sso.example"), options);
    assert.deepEqual(await byAllRules(fetched, ssokey), EXPECTED);
    const database = await worker.getD1Database(binding);
    const select = async (sql) => (await database.prepare(sql).all()).results;
    assert.notDeepEqual(await select("SELECT digest FROM tokens"), []);
    await select("UPDATE tokens SET expires_at = 1");
    await select("INSERT INTO events (kind, reason, at) VALUES ('key_refused', 'unknown', 1)");
    const { outcome } = await (await worker.getWorker()).scheduled({ cron: "0 * * * *" });
    assert.equal(outcome, "ok");
    assert.deepEqual(await select("SELECT digest FROM tokens"), []);
    assert.deepEqual(await select("SELECT at FROM events WHERE at = 1"), []);
    assert.equal((await select("SELECT at FROM events WHERE kind = 'events_purged'")).length, 1);
  });
});

/** The commands that a project's README begins with. */
function commandsOf(project) {
  return /^```sh\n(.*?)\n```/ms.exec(readFileSync(join(project, "README.md"), "utf8"))[1].split("\n");
}

/** The command that checks the types of these files of a project. */
function tsc(files) {
  const options = "--noEmit --strict --module nodenext --target es2023 --lib es2023,dom --types";
  return `${join(PACKAGE, "node_modules/.bin/tsc")} ${options} '*' ${files}`;
}

/** Runs a command as a shell would, and gives what it printed. */
async function run(cwd, command) {
  const { stdout } = await promisify(execFile)("bash", ["-c", command], { cwd, env });
  return stdout;
}
