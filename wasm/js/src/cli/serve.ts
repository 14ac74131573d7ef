import { once } from "node:events";
import type { Server } from "node:http";
import type { AddressInfo } from "node:net";
import { type Command, InvalidArgumentError } from "commander";
import type { Core } from "../core/core.js";
import { errorCode } from "../core/error.js";
import { loadCore } from "../core/node.js";
import { health } from "../http/health.js";
import { playground } from "../http/playground.js";
import { nodeServer } from "../http/server.js";
import { createService } from "../http/service.js";
import { purge } from "../operator/node.js";
import type { OnError } from "../storage/answer.js";
import type { OperatorStorage, Storage } from "../storage/contract.js";
import { withDatabase } from "./database.js";
import { duration } from "./duration.js";
import { Failure } from "./failure.js";
import { LOG_FORMATS, type LogFormat, logTo } from "./log.js";
import { onNpmEnd } from "./parent.js";
import { databaseSetting, list, setting, trueOrFalse } from "./settings.js";

interface ServeOptions {
  db: string;
  port: number;
  host: string;
  log?: LogFormat;
  legacyStatus: boolean;
  company?: string;
  products?: string[];
  tokenLifetime?: number;
  codeLifetime?: number;
  playground: boolean;
  purgeEvery?: number;
}

/** In a configuration file it is written as in a flag: `"60m"`. */
const DURATION = { kind: "string" };

/** The time that a shutdown waits for requests that are under way, in milliseconds. */
const GRACE = 10_000;

/** `ssokey serve` */
export function serveCommand(program: Command): void {
  program
    .command("serve")
    .description("Serves the format over HTTP until it is interrupted. Prints one line with its URL when it is ready.")
    .addOption(databaseSetting("a SQLite file, created if it does not exist, postgres://…, mariadb://… or libsql://…"))
    .addOption(setting("--port <number>", "SSOKEY_PORT", "the port, 0 for a free one").argParser(port).makeOptionMandatory())
    .addOption(setting("--host <address>", "SSOKEY_HOST", "the address to listen on").default("127.0.0.1"))
    .addOption(setting("--company <domain>", "SSOKEY_COMPANY", "the company that a direct sign-in means when it names none"))
    .addOption(
      setting(
        "--products <list>",
        "SSOKEY_PRODUCTS",
        "what users may sign on to, separated by commas (default: the document's six)",
      ).argParser(list),
    )
    .addOption(
      setting(
        "--token-lifetime <duration>",
        "SSOKEY_TOKEN_LIFETIME",
        "how long a token is valid, 1m to 24h (default: 60m)",
        DURATION,
      ).argParser(duration),
    )
    .addOption(
      setting(
        "--code-lifetime <duration>",
        "SSOKEY_CODE_LIFETIME",
        "how long a launch code is valid, 10s to 10m (default: 60s)",
        DURATION,
      ).argParser(duration),
    )
    .addOption(
      setting(
        "--legacy-status [boolean]",
        "SSOKEY_LEGACY_STATUS",
        "serve old plug-ins: errors have HTTP status 200, and answers end with success",
      )
        .argParser(trueOrFalse)
        .default(false),
    )
    .addOption(
      setting("--log <format>", "SSOKEY_LOG", "how to log (default: text on a terminal, else json)").choices(LOG_FORMATS),
    )
    .addOption(
      setting(
        "--playground [boolean]",
        "SSOKEY_PLAYGROUND",
        "serve a page at /playground/ that decides in the browser, apart from the database",
      )
        .argParser(trueOrFalse)
        .default(false),
    )
    .addOption(
      setting(
        "--purge-every <duration>",
        "SSOKEY_PURGE_EVERY",
        "how often to delete expired tokens and codes, 1s to 24d (default: never; `ssokey purge` does it too)",
        DURATION,
      ).argParser(interval),
    )
    .addHelpText(
      "after",
      `
Requests and errors are logged to stderr, one line each, without what a request carries. \`/healthz\` answers 200 while
the database does. The server speaks plain HTTP: put it behind a proxy that ends TLS.

Examples:
  $ ssokey serve --db sso.db --port 8080
  $ ssokey serve --db sso.db --port 0 --company partner.example --legacy-status
  $ ssokey serve --db sso.db --port 8080 --products mail,calendar --token-lifetime 8h
  $ SSOKEY_DB=postgres://sso@db.example/sso ssokey serve --host 0.0.0.0 --port 80 --log json`,
    )
    .action(serve);
}

async function serve({
  db,
  port,
  host,
  log: format,
  playground: hasPlayground,
  purgeEvery,
  ...settings
}: ServeOptions): Promise<void> {
  const log = logTo(process.stderr, format);
  await withDatabase(db, async (storage) => {
    const core = await loadCore();
    const service = createService(core, { storage, ...settings, onError: log.error });
    if (settings.company !== undefined) await requireCompany(core, storage, settings.company);
    const routes = [health(storage, log.error), ...(hasPlayground ? [playground()] : [])];
    const server = nodeServer(service, log.request, routes);
    const url = await listen(server, port, host);
    const interrupted = interruption();
    const purging = purgeEvery === undefined ? undefined : purgeRegularly(storage, purgeEvery, log.error);
    process.stdout.write(`ssokey listening on ${url}\n`);
    await interrupted;
    const stopped = shutDown(server);
    log.note("stopping when the requests under way have ended; another signal stops at once");
    await stopped;
    await purging?.stop();
  });
}

/** Deletes what has expired, again and again and never twice at once, until it is stopped. */
function purgeRegularly(storage: OperatorStorage, milliseconds: number, onError: OnError): { stop(): Promise<void> } {
  let running: Promise<unknown> | undefined;
  const timer = setInterval(() => {
    running ??= purge(storage)
      .catch((error: unknown) => onError(error, "purge"))
      .finally(() => (running = undefined));
  }, milliseconds);
  return {
    async stop() {
      clearInterval(timer);
      await running;
    },
  };
}

/** Refuses a company that is not there: every direct sign-in would be refused, for no reason told. */
async function requireCompany(core: Core, storage: Storage, domain: string): Promise<void> {
  if ((await storage.findCompany(core.canonicalDomain(domain) ?? domain)) != null) return;
  throw new Failure(`no company has the domain \`${domain}\`; add it first with \`ssokey company add\``);
}

async function listen(server: Server, port: number, host: string): Promise<string> {
  server.listen(port, host);
  try {
    await once(server, "listening");
  } catch (error) {
    const cause = causes.get(errorCode(error));
    if (cause === undefined) throw error;
    throw new Failure(`cannot listen on ${host}, port ${port}: ${cause}`);
  }
  const { address, family, port: actual } = server.address() as AddressInfo;
  return `http://${family === "IPv6" ? `[${address}]` : address}:${actual}`;
}

const causes = new Map<unknown, string>([
  ["EACCES", "you may not use this port; choose one above 1023"],
  ["EADDRINUSE", "the port is taken; choose another, or 0 for a free one"],
  ["EADDRNOTAVAIL", "this machine has no such address; choose another --host"],
  ["ENOTFOUND", "the name is unknown; choose another --host"],
]);

/**
 * Resolves on the first signal to stop, or when npm has ended that started the server. The next signal finds nobody
 * listening, and ends the process.
 */
function interruption(): Promise<void> {
  return new Promise((resolve) => {
    const stop = () => {
      for (const signal of STOPPING) process.off(signal, stop);
      unwatch();
      resolve();
    };
    const unwatch = onNpmEnd(stop);
    for (const signal of STOPPING) process.on(signal, stop);
  });
}

const STOPPING = ["SIGINT", "SIGTERM"] as const;

/** Takes no new connection, lets requests that are under way end, and cuts off what is left after the grace. */
async function shutDown(server: Server): Promise<void> {
  const closed = once(server, "close");
  server.keepAliveTimeout = 1;
  server.close();
  const cut = setTimeout(() => server.closeAllConnections(), GRACE);
  await closed;
  clearTimeout(cut);
}

function interval(text: string): number {
  const milliseconds = duration(text);
  // A timer that is longer fires at once.
  if (milliseconds < 1000 || milliseconds > 24 * 86_400_000) throw new InvalidArgumentError("Give a duration from 1s to 24d.");
  return milliseconds;
}

function port(text: string): number {
  const number = Number(text);
  if (!/^[0-9]{1,5}$/.test(text) || number > 65_535) throw new InvalidArgumentError("Give a number from 0 to 65535.");
  return number;
}
