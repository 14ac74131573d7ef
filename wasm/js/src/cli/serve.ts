import { once } from "node:events";
import type { Server } from "node:http";
import { type Command, InvalidArgumentError } from "commander";
import type { Core } from "../core/core.js";
import { loadCore } from "../core/node.js";
import type { Event } from "../core/wire.js";
import { adminServer } from "../http/admin.js";
import { liveness, readiness } from "../http/health.js";
import { playground } from "../http/playground.js";
import { sourceBehind, type TrustedProxies } from "../http/proxy.js";
import { nodeServer, type Served } from "../http/server.js";
import { createService } from "../http/service.js";
import { ReplacedFileError } from "../sql/sqlite/replaced.js";
import type { OnError } from "../storage/answer.js";
import type { Storage } from "../storage/contract.js";
import { kept } from "../storage/refusals.js";
import { isOfDisk } from "./cause.js";
import { withDatabase } from "./database.js";
import { duration } from "./duration.js";
import { eventSink } from "./events.js";
import { Failure } from "./failure.js";
import { serverPasswords } from "./hashing.js";
import { directSetting, limitSetting, readLimits } from "./limits.js";
import { ADMIN_HOST, adminListening, hostName, LAST_PORT, type Listening, listen, port } from "./listening.js";
import { LOG_FORMATS, type LogFormat, logTo } from "./log.js";
import { onNpmEnd } from "./parent.js";
import { trustProxySetting } from "./proxy.js";
import { purgeRegularly } from "./purging.js";
import { databaseSetting, list, setting, trueOrFalse } from "./settings.js";

interface ServeOptions {
  db: string;
  dbWait: number;
  adminListen?: Listening | "off";
  port: number;
  host: string;
  log?: LogFormat;
  legacyStatus: boolean;
  company?: string;
  products?: string[];
  tokenLifetime?: number;
  codeLifetime?: number;
  playground: boolean;
  trustRequestId: boolean;
  limit?: string[];
  direct: "on" | "off";
  trustProxy?: TrustedProxies;
  purgeEvery?: number;
  events?: string;
  eventsOlderThan?: number;
}

/** In a configuration file it is written as in a flag: `"60m"`. */
const DURATION = { kind: "string" };

const OPERATIONS_BY_KEY = ["sign_on", "launch", "exchange", "session", "sign_out"] as const;

/** The time that a shutdown waits for requests that are under way, in milliseconds. With what follows it takes less than 10 s. */
const GRACE = 6_000;
/** The time after which nothing that is left keeps the process, in milliseconds. */
const LEFT_OVER = 500;

/** `ssokey serve` */
export function serveCommand(program: Command): void {
  program
    .command("serve")
    .description("Serves the format over HTTP until it is interrupted. Prints one line with its URL when it is ready.")
    .addOption(databaseSetting("a SQLite file, created if it does not exist, postgres://…, mariadb://… or libsql://…"))
    .addOption(setting("--port <number>", "SSOKEY_PORT", "the port, 0 for a free one").argParser(port).makeOptionMandatory())
    .addOption(setting("--host <address>", "SSOKEY_HOST", "the address to listen on").argParser(hostName).default("127.0.0.1"))
    .addOption(
      setting(
        "--admin-listen <[host:]port|off>",
        "SSOKEY_ADMIN_LISTEN",
        "where /readyz and /metrics are (default: 127.0.0.1, the next port)",
        { kind: "string" },
      ).argParser(adminListening),
    )
    .addOption(
      setting("--db-wait <duration>", "SSOKEY_DB_WAIT", "how long to try again while the database cannot be reached", DURATION)
        .argParser(duration)
        .default(30_000, "30s"),
    )
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
        "--trust-request-id [boolean]",
        "SSOKEY_TRUST_REQUEST_ID",
        "take the id of a request, which is logged, from X-Request-Id: where a proxy sets it",
      )
        .argParser(trueOrFalse)
        .default(false),
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
    .addOption(limitSetting())
    .addOption(directSetting())
    .addOption(trustProxySetting())
    .addOption(
      setting(
        "--purge-every <duration>",
        "SSOKEY_PURGE_EVERY",
        "how often to delete expired tokens and codes, 1s to 24d (default: never; `ssokey purge` does it too)",
        DURATION,
      ).argParser(interval),
    )
    .addOption(
      setting(
        "--events-older-than <duration>",
        "SSOKEY_EVENTS_OLDER_THAN",
        "delete stored events that are older, such as 90d, every --purge-every (default: keep all)",
        DURATION,
      ).argParser(duration),
    )
    .addOption(
      setting("--events <file|->", "SSOKEY_EVENTS", "append each event and refusal to a file, or print it, as a line of JSON", {
        isPath: (place) => place !== "-",
      }),
    )
    .addHelpText(
      "after",
      `
Requests and errors are logged to stderr, one line each, without what a request carries. \`/healthz\` answers 200 while the
process does, \`/readyz\` while a sign-on could be written. The server speaks plain HTTP: put it behind a proxy that ends TLS.

Examples:
  $ ssokey serve --db sso.db --port 8080
  $ ssokey serve --db sso.db --port 0 --company partner.example --legacy-status
  $ ssokey serve --db sso.db --port 8080 --products mail,calendar --token-lifetime 8h
  $ ssokey serve --db sso.db --port 8080 --admin-listen 0.0.0.0:9090
  $ ssokey serve --db sso.db --port 8080 --events events.jsonl --purge-every 1h --events-older-than 90d
  $ SSOKEY_DB=postgres://sso@db.example/sso ssokey serve --host 0.0.0.0 --port 80 --log json`,
    )
    .action(serve);
}

async function serve(options: ServeOptions): Promise<void> {
  const {
    db,
    dbWait,
    port,
    host,
    adminListen = port % LAST_PORT === 0 ? 0 : port + 1,
    log: format,
    playground: hasPlayground,
    trustRequestId: trustsRequestId,
    limit: given,
    direct,
    trustProxy,
    purgeEvery,
    events: eventsAt,
    eventsOlderThan,
    ...settings
  } = options;
  if (eventsOlderThan !== undefined && purgeEvery === undefined)
    throw new Failure("`--events-older-than` needs `--purge-every`, which says how often they are deleted", 2);
  const limits = readLimits(given);
  const core = await loadCore();
  // What it refuses leaves no file.
  core.configure(settings);
  const log = logTo(process.stderr, format);
  const sink = eventsAt === undefined ? undefined : await eventSink(eventsAt, (error) => log.error(error, undefined));
  const waiting = { patience: dbWait, note: log.note };
  await withDatabase(
    db,
    async (database) => {
      const { metricsOf } = await import("../http/metrics.js");
      const metrics = metricsOf();
      const storage = metrics.counted(database);
      const operations = direct === "off" ? OPERATIONS_BY_KEY : undefined;
      const passwords = serverPasswords(log.note);
      metrics.gauge("hashes_waiting", "Hashes that wait for a thread.", ["class"], () =>
        Object.entries(passwords.waiting()).map(([name, value]) => ({ labels: { class: name }, value })),
      );
      if (sink !== undefined)
        metrics.gauge("events_lost", "Events that --events could not take.", [], () => [{ value: sink.lost }]);
      const onEvent = (event: Event) => {
        metrics.event(event);
        sink?.write(event);
      };
      const ready = readiness((forRoom) => storage.probe(forRoom), log.error);
      const onError: OnError = (error, call) => {
        if (isOfDisk(error)) ready.full();
        if (error instanceof ReplacedFileError) ready.stop();
        log.error(error, call);
      };
      const hooks = { onError, onEvent };
      const service = createService(core, { storage, passwords, ...settings, operations, limits, ...hooks }, kept);
      if (settings.company !== undefined) await requireCompany(core, storage, settings.company);
      const served = (request: Served) => {
        log.request(request);
        metrics.request(request);
      };
      const routes = [liveness(), ...(hasPlayground ? [playground()] : [])];
      const source = trustProxy && sourceBehind(trustProxy);
      const server = nodeServer(service, served, { routes, trustsRequestId, source });
      const admin = adminServer([ready.route, metrics.route, liveness()]);
      if (adminListen !== "off") {
        const { host, port } = typeof adminListen === "number" ? { host: ADMIN_HOST, port: adminListen } : adminListen;
        log.note(`/readyz and /metrics are at ${await listen(admin, { host, port }, " for --admin-listen")}`);
      }
      const url = await listen(server, { port, host }).catch((error: unknown) => {
        admin.close();
        throw error;
      });
      const interrupted = interruption();
      const purging = purgeEvery === undefined ? undefined : purgeRegularly(storage, purgeEvery, eventsOlderThan, hooks);
      process.stdout.write(`ssokey listening on ${url}\n`);
      await interrupted;
      ready.stop();
      const stopped = shutDown(server);
      log.note("stopping when the requests under way have ended; another signal stops at once");
      await stopped;
      await Promise.all([purging?.stop(), service.flush()]);
      await sink?.close();
      log.flush();
      await passwords.close();
      admin.close();
      admin.closeAllConnections();
    },
    waiting,
  );
  // It keeps nothing running. A connection to a silent database, which nobody waits for any more, might.
  setTimeout(() => process.exit(), LEFT_OVER).unref();
}

/** Refuses a company that is not there: every direct sign-in would be refused, for no reason told. */
async function requireCompany(core: Core, storage: Storage, domain: string): Promise<void> {
  if ((await storage.findCompany(core.canonicalDomain(domain) ?? domain)) != null) return;
  throw new Failure(`no company has the domain \`${domain}\`; add it first with \`ssokey company add\``);
}

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
