import { once } from "node:events";
import type { Server } from "node:http";
import type { AddressInfo } from "node:net";
import { type Command, InvalidArgumentError } from "commander";
import type { Core } from "../core.js";
import { errorCode } from "../error.js";
import { loadCore } from "../node.js";
import { nodeServer, type Served } from "../server.js";
import { canonicalDomain, createService } from "../service.js";
import type { Storage } from "../storage.js";
import type { CallName } from "../wire.js";
import { withDatabase } from "./database.js";
import { Failure, traceOf } from "./failure.js";

interface ServeOptions {
  db: string;
  port: number;
  host: string;
  legacyStatus?: boolean;
  company?: string;
}

/** How long a shutdown waits for requests that are under way, in milliseconds. */
const GRACE = 10_000;

/** `ssokey serve` */
export function serveCommand(program: Command): void {
  program
    .command("serve")
    .description("Serves the format over HTTP until it is interrupted. Prints one line with its URL when it is ready.")
    .requiredOption("--db <database>", "a SQLite file, created if it does not exist, or postgres://…")
    .requiredOption("--port <number>", "the port, 0 for a free one", port)
    .option("--host <address>", "the address to listen on", "127.0.0.1")
    .option("--company <domain>", "the company that a direct sign-in means when it names none")
    .option("--legacy-status", "send every error with HTTP status 200")
    .addHelpText(
      "after",
      `
Requests are logged to stderr, without what they carry. The server speaks plain HTTP: put it behind a proxy that
ends TLS.

Examples:
  $ ssokey serve --db sso.db --port 8080
  $ ssokey serve --db sso.db --port 0 --company partner.example --legacy-status`,
    )
    .action(serve);
}

async function serve({ db, port, host, legacyStatus = false, company }: ServeOptions): Promise<void> {
  // Whoever reads the log may go away; the server stays.
  process.stderr.on("error", () => {});
  await withDatabase(db, async (storage) => {
    const core = await loadCore();
    const settings = { legacyStatus, ...(company !== undefined && { company: await domainOf(core, storage, company) }) };
    const server = nodeServer(createService(core, { storage, ...settings, onError: logError }), logRequest);
    const url = await listen(server, port, host);
    const interrupted = Promise.race([once(process, "SIGINT"), once(process, "SIGTERM")]);
    process.stdout.write(`ssokey listening on ${url}\n`);
    await interrupted;
    await shutDown(server);
  });
}

/** The domain of a company that is there: with another one every direct sign-in would be refused, for no reason told. */
async function domainOf(core: Core, storage: Storage, text: string): Promise<string> {
  const company = await storage.findCompany(canonicalDomain(core, text) ?? "");
  if (company === undefined) {
    throw new Failure(`no company has the domain \`${text}\`; add it first with \`ssokey company add\``);
  }
  return company.domain;
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

/** Takes no new connection, lets requests that are under way end, and cuts off what is left after the grace. */
async function shutDown(server: Server): Promise<void> {
  const closed = once(server, "close");
  server.keepAliveTimeout = 1;
  server.close();
  const cut = setTimeout(() => server.closeAllConnections(), GRACE);
  await closed;
  clearTimeout(cut);
}

function logRequest({ method, path, status, milliseconds }: Served): void {
  log(`${method} ${path} ${status} ${milliseconds.toFixed(0)} ms`);
}

function logError(error: unknown, call: CallName | undefined): void {
  log(`error${call === undefined ? "" : ` in ${call}`}: ${traceOf(error)}`);
}

function log(line: string): void {
  process.stderr.write(`${new Date().toISOString()} ${line}\n`);
}

function port(text: string): number {
  const number = Number(text);
  if (!/^[0-9]{1,5}$/.test(text) || number > 65_535) throw new InvalidArgumentError("Give a number from 0 to 65535.");
  return number;
}
