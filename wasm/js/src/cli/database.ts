import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { errorCode } from "../core/error.js";
import type { Dialect } from "../sql/dialect.js";
import type { Opened } from "../sql/driver.js";
import { mariadb } from "../sql/mariadb/dialect.js";
import { open as openMariadb } from "../sql/mariadb/pool.js";
import { mariadbStorage, migrateMariadb } from "../sql/mariadb.js";
import type { MigrateOptions } from "../sql/migration.js";
import { postgres } from "../sql/postgres/dialect.js";
import { open as openPostgres } from "../sql/postgres/pool.js";
import { migratePostgres, postgresStorage } from "../sql/postgres.js";
import { sqlite } from "../sql/sqlite/dialect.js";
import { Connection } from "../sql/sqlite/libsql.js";
import { migrateSqlite, sqliteStorage } from "../sql/sqlite.js";
import type { SqlStorage } from "../sql/storage.js";
import { causeAmong, driverCause, FILE_CAUSES, isPassing, isReadOnly } from "./cause.js";
import { Failure, isTold } from "./failure.js";

/** A database, as a command needs it; it is given back in the end. */
interface Database extends SqlStorage {
  close(): Promise<void> | void;
}

/** The systems of databases. */
export type System = "file" | "libSQL" | "MariaDB" | "PostgreSQL";

/** A database as it is, whatever its tables. */
export interface Connected extends Opened<Promise<void> | void> {
  system: System;
  dialect: Dialect;
}

/** A kind of database. */
interface Kind {
  system: System;
  dialect: Dialect;
  /** The database as a message names it. A URL is not repeated: it may hold a password. */
  name: string;
  connect(place: string): Promise<Opened<Promise<void> | void>>;
  open(place: string): Promise<Database>;
  migrate(place: string, options: MigrateOptions): Promise<string[]>;
}

/** A kind of server, whose databases have URLs. */
interface Server extends Kind {
  schemes: RegExp;
  /** A URL as it should be. */
  example: string;
}

/** How a database that cannot be reached is waited for. */
interface Waiting {
  /** The time to try again, in milliseconds. */
  patience: number;
  /** Told of each time. */
  note(message: string): void;
}

const FIRST_PAUSE = 500;
const LONGEST_PAUSE = 5_000;

/**
 * Lends the storage at `place`, a path or the URL of a database on a server, to `use`. A file is created if need be. That of a server,
 * which is waited for, is opened at once. That of a command is opened when it is asked: what is refused before leaves no file.
 */
export async function withDatabase<Result>(
  place: string,
  use: (storage: Database) => Promise<Result>,
  waiting?: Waiting,
): Promise<Result> {
  const kind = kindOf(place);
  const open = () =>
    (waiting ? openToServe(kind, place, waiting) : kind.open(place)).catch((error: unknown) => refuse("open", kind, error));
  const storage = waiting ? await open() : openedWhenAsked(open);
  try {
    return await use(storage);
  } catch (error) {
    return refuse("use", kind, error);
  } finally {
    await storage.close();
  }
}

/** Returns the database as one that the first call of a method opens. */
function openedWhenAsked(open: () => Promise<Database>): Database {
  let opening: Promise<Database> | undefined;
  const close = async () => (await opening?.catch(() => undefined))?.close();
  const get = (_: object, name: string) => {
    if (name === "close") return close;
    // It would be taken for a promise.
    if (name === "then") return undefined;
    return async (...given: unknown[]) => {
      opening ??= open();
      const storage: object = await opening;
      return (storage as Record<string, (...given: unknown[]) => unknown>)[name]?.(...given);
    };
  };
  return new Proxy({}, { get }) as Database;
}

/** Lends the database at `place` to `use`, and creates nothing there. */
export async function withConnection<Result>(place: string, use: (connected: Connected) => Promise<Result>): Promise<Result> {
  requireDatabase(place);
  const kind = kindOf(place);
  const { system, dialect } = kind;
  const opened = await kind.connect(place).catch((error: unknown) => refuse("open", kind, error));
  try {
    // Nothing is known of a server before it has answered.
    await opened.db.query("SELECT 1 AS one", []).catch((error: unknown) => refuse("open", kind, error));
    return await use({ ...opened, system, dialect });
  } finally {
    await opened.close();
  }
}

/** Opens what a server is to use: tries again for a time while it cannot be reached, and refuses one that cannot be written. */
async function openToServe(kind: Kind, place: string, { patience, note }: Waiting): Promise<Database> {
  const end = performance.now() + patience;
  for (let pause = FIRST_PAUSE; ; pause = Math.min(2 * pause, LONGEST_PAUSE)) {
    try {
      return await openWritable(kind, place);
    } catch (error) {
      const left = Math.ceil((end - performance.now()) / 1000);
      if (!isPassing(error) || left * 1000 <= pause) throw error;
      note(`cannot open ${kind.name}: ${driverCause(error)}; trying again for ${left} s`);
    }
    await new Promise((resolve) => setTimeout(resolve, pause));
  }
}

async function openWritable(kind: Kind, place: string): Promise<Database> {
  const storage = await kind.open(place);
  try {
    await storage.probe();
  } catch (error) {
    // Whatever else keeps it from being written may pass, and what is only read is served until then.
    if (isReadOnly(error) || isPassing(error)) {
      await storage.close();
      throw error;
    }
  }
  return storage;
}

/** Brings the database at `place` to this version, and returns the names of the migrations that it lacked. */
export async function migrateDatabase(place: string, options: MigrateOptions): Promise<string[]> {
  const kind = kindOf(place);
  return kind.migrate(place, options).catch((error: unknown) => refuse("open", kind, error));
}

/** Refuses a path with no database, where an empty one is surely not what is meant. */
export function requireDatabase(place: string): void {
  if (isPath(place) && !existsSync(place)) {
    throw new Failure(`there is no database at \`${place}\`; create it with \`ssokey company add --db ${place} …\``);
  }
}

/** A stray quote or space around what was pasted. */
const STRAY = /^[\s"'`]|[\s"'`]$/;
/** What a URL has, malformed as it may be, and what names a password. */
const OF_URL = /^[a-z][a-z0-9+.-]+:|:\/\/|:.*@|(password|authtoken)\s*=/is;

/** Returns whether it is surely a path, and so may be repeated. On Windows one may begin with a letter and a colon. */
export function isPath(place: string): boolean {
  return place !== "" && !STRAY.test(place) && !OF_URL.test(place.replace(/^[a-z]:(?=[\\/])/i, ""));
}

/** Refuses what would become a file of a strange name. It is not repeated: a URL may hold a password. */
function kindOf(place: string): Kind | Server {
  const server = STRAY.test(place) ? undefined : SERVERS.find(({ schemes }) => schemes.test(place));
  if (server !== undefined) return server;
  if (isPath(place)) return file(place);
  throw new Failure(
    "`--db` is neither a path nor a URL of PostgreSQL, MariaDB or libSQL; give one like `sso.db` or `postgres://user@host/database`, " +
      "without quotes or spaces around it, and percent-encode a password in it",
    2,
  );
}

/** Throws what went wrong as a cause and what to do, where it was the database. */
function refuse(verb: "open" | "use", kind: Kind | Server, error: unknown): never {
  if (isTold(error)) throw error;
  if ("example" in kind && (error instanceof URIError || /^(ERR_)?(INVALID_URL|URL_\w+)$/.test(String(errorCode(error))))) {
    const remedy = `give one like \`${kind.example}\`, and percent-encode a password in it`;
    throw new Failure(`cannot ${verb} ${kind.name}: the URL cannot be read; ${remedy}`, 2);
  }
  const cause = ("example" in kind ? undefined : causeAmong(FILE_CAUSES, errorCode(error))) ?? driverCause(error);
  if (cause !== undefined) throw new Failure(`cannot ${verb} ${kind.name}: ${cause}`);
  // Whatever a driver stumbles over when it opens a database, it was given it by `--db`.
  if (verb === "use") throw error;
  const told = error instanceof Error ? [error.name, errorCode(error)].filter(Boolean).join(" ") : "no error";
  throw new Failure(`cannot open ${kind.name}: the driver fails with \`${told}\`; check \`--db\` and its parameters`);
}

function file(path: string): Kind {
  const { href } = pathToFileURL(resolve(path));
  return {
    system: "file",
    dialect: sqlite,
    name: `the database \`${path}\``,
    connect: () => connectSqlite({ url: href }),
    open: () => sqliteStorage({ url: href }),
    migrate: (_, options) => migrateSqlite({ url: href }, options),
  };
}

async function connectSqlite(address: { url: string; authToken?: string }): Promise<Opened<void>> {
  const db = await Connection.open(address);
  return { db, close: () => db.close() };
}

/** A token in a URL would be seen in lists of processes. */
function libsql(url: string): { url: string; authToken?: string } {
  if (/[?&]authToken=/i.test(url)) {
    throw new Failure("the token does not belong into the URL; set it by SSOKEY_DB_TOKEN", 2);
  }
  if (/^[^/]*\/\/[^/?#]*@/.test(url)) {
    throw new Failure("a user and a password have no place in the URL of a libSQL database; set its token by SSOKEY_DB_TOKEN", 2);
  }
  const { SSOKEY_DB_TOKEN: authToken } = process.env;
  if (authToken !== undefined && !/^[!-~]*$/.test(authToken)) {
    throw new Failure("SSOKEY_DB_TOKEN is no token: it holds a space, a line end or what is not ASCII; set it anew", 2);
  }
  return authToken === undefined ? { url } : { url, authToken };
}

const SERVERS: readonly Server[] = [
  {
    system: "PostgreSQL",
    dialect: postgres,
    name: "the PostgreSQL database",
    connect: (url) => openPostgres({ url, connections: 1 }),
    schemes: /^postgres(ql)?:\/\//,
    example: "postgres://user@host/database",
    open: (url) => postgresStorage({ url }),
    migrate: (url, options) => migratePostgres({ url }, options),
  },
  {
    system: "MariaDB",
    dialect: mariadb,
    name: "the MariaDB database",
    connect: (url) => openMariadb({ url, connections: 1 }),
    schemes: /^(mariadb|mysql):\/\//,
    example: "mariadb://user@host/database",
    open: (url) => mariadbStorage({ url }),
    migrate: (url, options) => migrateMariadb({ url }, options),
  },
  {
    system: "libSQL",
    dialect: sqlite,
    name: "the libSQL database",
    connect: async (url) => connectSqlite(libsql(url)),
    schemes: /^(libsql|https?|wss?):\/\//,
    example: "libsql://host",
    open: async (url) => sqliteStorage(libsql(url)),
    migrate: async (url, options) => migrateSqlite(libsql(url), options),
  },
];
