// The table of servers, for a project that has the package. `start` takes the project's directory and gives
// `{ url, credentials, stop }`: the server's URL once it listens, what the package issued, and the way to end it. The
// credentials are the keys of two companies, `ssokey` and `secondSsokey`, and the secrets of two products: `secret` is that of
// livechat, and `secondSecret` that of email. `meets` says what each check that could not run has met; without it each has to run.

import { createRequire } from "node:module";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { mariadbServer } from "../../test/storage/mariadb-server.mjs";
import { postgresServer } from "../../test/storage/postgres-server.mjs";
import { listening } from "../listening.mjs";
import { BUN, DENO, ENVIRONMENT as env, NODE } from "../programs.mjs";
import { bundleWorker, workerIn } from "../workerd.mjs";
import { issue, named, PARTNERS, PRODUCTS } from "./credentials.mjs";

const CLI = "node_modules/ssokey/dist/entries/cli.js";

/** The permissions of Deno that the driver of SQLite needs. */
const DENO_SQLITE = { ...DENO, options: [...DENO.options, "--allow-env", "--allow-ffi", "--allow-sys", "--allow-write"] };

/** Without the limits that the judge would meet. */
const UNLIMITED = ["--limit", "none"];

export const servers = [
  { name: "node", storage: "SQLite", start: (project) => startNode(project, "node.db", ...UNLIMITED) },
  { name: "legacy", storage: "SQLite", start: (project) => startNode(project, "legacy.db", ...UNLIMITED, "--legacy-status") },
  {
    name: "limited",
    storage: "SQLite",
    start: (project) => startNode(project, "limited.db"),
    meets: /^the server limits the rate: HTTP 429/,
  },
  { name: "node", storage: "PostgreSQL", start: (project) => startNodeOn(postgresServer, project) },
  { name: "node", storage: "MariaDB", start: (project) => startNodeOn(mariadbServer, project) },
  { name: "deno", storage: "SQLite", start: (project) => startFetch(project, "deno.db", DENO_SQLITE) },
  { name: "bun", storage: "SQLite", start: (project) => startFetch(project, "bun.db", BUN) },
  { name: "workerd", storage: "D1", start: startWorker },
];

/** `ssokey serve`, over a file or a database elsewhere. */
async function startNode(project, database, ...flags) {
  const credentials = await issue(join(project, CLI), database, project);
  return { credentials, ...(await serving(project, NODE, CLI, "serve", "--db", database, "--port", "0", ...flags)) };
}

/** The same over a database on a server of its own. */
async function startNodeOn(databaseServer, project) {
  const { database, stop: stopDatabase } = await databaseServer();
  const { stop, ...server } = await startNode(project, (await database()).url, ...UNLIMITED);
  return { ...server, stop: () => stop().finally(stopDatabase) };
}

/** The handler, where a function of requests is a server. */
async function startFetch(project, file, program) {
  const credentials = await issue(join(project, CLI), file, project);
  return { credentials, ...(await serving(project, program, "fetch.mjs", pathToFileURL(join(project, file)).href)) };
}

/** The Worker and its database, to which the command line has no way: the credentials are issued through the binding. */
async function startWorker(project) {
  const { directory } = await bundleWorker(project, "worker.mjs");
  const worker = workerIn(directory, { d1Databases: ["DB"], host: "127.0.0.1", port: 0 });
  const require = createRequire(join(project, "package.json"));
  const { addCompany, issueKey, setProduct } = require("ssokey/operator");
  const { d1Storage, migrateD1 } = require("ssokey/d1");
  const database = await worker.getD1Database("DB");
  await migrateD1(database);
  const storage = await d1Storage(database);
  const keys = [];
  for (const partner of PARTNERS) {
    await addCompany(storage, partner);
    keys.push((await issueKey(storage, { companyEmail: partner.email })).ssokey);
  }
  const secrets = [];
  for (const product of PRODUCTS) secrets.push((await setProduct(storage, product)).secret);
  return { url: (await worker.ready).origin, credentials: named(keys, secrets), stop: () => worker.dispose() };
}

/** Runs a program in the project, which says where it listens. */
function serving(project, { command, options }, ...args) {
  return listening(command, [...options, ...args], { cwd: project, env });
}
