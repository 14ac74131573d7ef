// The table of servers, for a project that has the package. `start` takes the project's directory and gives
// `{ url, ssokey, stop }`: the server's URL once it listens, a key that the package issued, and the way to end it.

import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { createRequire } from "node:module";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { pathToFileURL } from "node:url";
import { promisify } from "node:util";
import { postgresServer } from "../../test/storage/server.mjs";
import { BUN, DENO, ENVIRONMENT as env, NODE } from "../programs.mjs";
import { openWorker } from "../workerd.mjs";

const run = promisify(execFile);

const CLI = "node_modules/ssokey/dist/cli.js";
const PARTNER = { name: "Partner Ltd", domain: "partner.example", email: "it@partner.example" };
/** What the driver of SQLite needs of Deno. */
const DENO_SQLITE = { ...DENO, options: [...DENO.options, "--allow-env", "--allow-ffi", "--allow-sys"] };

export const servers = [
  { name: "node", storage: "SQLite", start: startNode },
  { name: "node", storage: "PostgreSQL", start: startNodeOnPostgres },
  { name: "deno", storage: "SQLite", start: (project) => startFetch(project, "deno.db", DENO_SQLITE) },
  { name: "bun", storage: "SQLite", start: (project) => startFetch(project, "bun.db", BUN) },
  { name: "workerd", storage: "D1", start: startWorker },
];

/** `ssokey serve`, over a file or a database elsewhere. */
async function startNode(project, database = "node.db") {
  const ssokey = await issueKey(project, database);
  return { ssokey, ...(await listening(project, NODE, CLI, "serve", "--db", database, "--port", "0")) };
}

async function startNodeOnPostgres(project) {
  const postgres = await postgresServer();
  const { url: database } = await postgres.database();
  const { stop, ...server } = await startNode(project, database);
  return { ...server, stop: () => stop().finally(postgres.stop) };
}

/** The handler, where a function of requests is a server. */
async function startFetch(project, file, program) {
  const ssokey = await issueKey(project, file);
  return { ssokey, ...(await listening(project, program, "fetch.mjs", pathToFileURL(join(project, file)).href)) };
}

/** The Worker and its database, to which the command line has no way: the key is issued through the binding. */
async function startWorker(project) {
  const options = { d1Databases: ["DB"], host: "127.0.0.1", port: 0 };
  const { worker } = await openWorker(project, "worker.mjs", join(project, "bundle"), options);
  const require = createRequire(join(project, "package.json"));
  const { addCompany, issueKey } = require("ssokey");
  const { d1Storage, migrateD1 } = require("ssokey/d1");
  const database = await worker.getD1Database("DB");
  await migrateD1(database);
  const storage = await d1Storage(database);
  await addCompany(storage, PARTNER);
  const { ssokey } = await issueKey(storage, PARTNER.email);
  return { url: (await worker.ready).origin, ssokey, stop: () => worker.dispose() };
}

async function issueKey(project, database) {
  const cli = async (...args) => (await run(NODE.command, [CLI, ...args, "--db", database], { cwd: project })).stdout;
  const { name, domain, email } = PARTNER;
  await cli("company", "add", "--name", name, "--domain", domain, "--email", email);
  return (await cli("key", "issue", "--email", email)).trim();
}

/** A server that says in a line where it listens, when it does. */
async function listening(project, { command, options }, ...args) {
  const child = spawn(command, [...options, ...args], { cwd: project, env, stdio: ["ignore", "pipe", "pipe"] });
  const kill = () => child.kill("SIGKILL");
  process.once("exit", kill);
  const ended = once(child, "close").finally(() => process.off("exit", kill));
  let log = "";
  child.stderr.setEncoding("utf8").on("data", (text) => (log += text));
  for await (const line of createInterface({ input: child.stdout })) {
    const [, url] = /listening on (\S+)/.exec(line) ?? [];
    if (url === undefined) continue;
    child.stdout.resume();
    const stop = async () => {
      child.kill("SIGTERM");
      await ended;
    };
    return { url, stop };
  }
  throw new Error(`the server did not start:\n${log}`);
}
