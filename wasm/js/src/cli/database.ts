import { closeSync, existsSync, openSync } from "node:fs";
import { isAbsolute, join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { errorCode } from "../core/error.js";
import { mariadbStorage, migrateMariadb } from "../sql/mariadb.js";
import type { MigrateOptions } from "../sql/migration.js";
import { migratePostgres, postgresStorage } from "../sql/postgres.js";
import { migrateSqlite, sqliteStorage } from "../sql/sqlite.js";
import type { OperatorStorage, Storage } from "../storage/contract.js";
import { Failure } from "./failure.js";

const OWNER_ONLY = 0o600;

/** A database, as a command needs it; it is given back in the end. */
interface Database extends Storage, OperatorStorage {
  close(): Promise<void> | void;
}

/** A kind of server, whose databases have URLs. */
interface Server {
  name: string;
  schemes: RegExp;
  open(url: string): Promise<Database>;
  migrate(url: string, options: MigrateOptions): Promise<string[]>;
  /** The reasons why a database cannot be opened, and what to do, by the code of the driver's error. */
  causes: ReadonlyMap<unknown, string>;
}

/** Lends the storage at `place`, a path or the URL of a database on a server, to `use`. A file is created if need be. */
export async function withDatabase<Result>(place: string, use: (storage: Database) => Promise<Result>): Promise<Result> {
  requireReadable(place);
  const server = serverOf(place);
  const storage: Database = await (server === undefined
    ? onFile(place, (url) => sqliteStorage({ url }))
    : on(server, () => server.open(place)));
  try {
    return await use(storage);
  } finally {
    await storage.close();
  }
}

/** Brings the database at `place` to this version, and returns the names of the migrations that it lacked. */
export async function migrateDatabase(place: string, options: MigrateOptions): Promise<string[]> {
  requireReadable(place);
  const server = serverOf(place);
  return server === undefined
    ? onFile(place, (url) => migrateSqlite({ url }, options))
    : on(server, () => server.migrate(place, options));
}

/** Refuses a path with no database, where an empty one is surely not what is meant. */
export function requireDatabase(place: string): void {
  requireReadable(place);
  if (serverOf(place) === undefined && !existsSync(place)) {
    throw new Failure(`there is no database at \`${place}\`; create it with \`ssokey company add --db ${place} …\``);
  }
}

/** Returns the place that a file in that directory means: a path is relative to there. */
export function placeFrom(directory: string, place: string): string {
  return isPath(place) && !isAbsolute(place) ? join(directory, place) : place;
}

/** Refuses what would become a file of a strange name. It is not repeated: a URL may hold a password. */
function requireReadable(place: string): void {
  if (serverOf(place) !== undefined || isPath(place)) return;
  throw new Failure(
    "`--db` is neither a path nor a URL of PostgreSQL or MariaDB; give one like `sso.db` or `postgres://user@host/database`",
    2,
  );
}

/** On Windows as well, where a path may begin with one letter and a colon. */
function isPath(place: string): boolean {
  return place !== "" && !/^[a-z][a-z0-9+.-]+:/i.test(place);
}

function serverOf(place: string): Server | undefined {
  return servers.find(({ schemes }) => schemes.test(place));
}

async function on<Result>({ name, causes }: Server, open: () => Promise<Result>): Promise<Result> {
  try {
    return await open();
  } catch (error) {
    const code = errorCode(error);
    const cause = causes.get(code);
    if (cause === undefined) throw error;
    // The URL is not repeated: it may hold a password.
    throw new Failure(`cannot open the ${name} database: ${cause}`, code === "ERR_INVALID_URL" ? 2 : 1);
  }
}

async function onFile<Result>(path: string, open: (url: string) => Promise<Result>): Promise<Result> {
  try {
    // SQLite gives its journal the rights of the file: nobody else reads the hashes.
    closeSync(openSync(path, "a", OWNER_ONLY));
    return await open(pathToFileURL(resolve(path)).href);
  } catch (error) {
    const cause = fileCauses.get(errorCode(error));
    if (cause === undefined) throw error;
    throw new Failure(`cannot open the database \`${path}\`: ${cause}`);
  }
}

const fileCauses = new Map<unknown, string>([
  ["EACCES", "you may not write there; change its rights or choose another path"],
  ["EISDIR", "it is a directory; name a file in it"],
  ["ENOENT", "its directory does not exist; create the directory first"],
  ["ENOTDIR", "its directory is a file; choose another path"],
  ["EROFS", "the file system is read-only; choose another path"],
  ["SQLITE_BUSY", "another process is writing and does not end; try again when it has"],
  ["SQLITE_NOTADB", "it is not a SQLite database; choose another path"],
]);

/** The reasons why a server of any kind cannot be reached. */
const networkCauses: readonly [unknown, string][] = [
  ["ECONNREFUSED", "no server listens there; check host and port"],
  ["ENOENT", "no server listens on that socket; check its path"],
  ["ENOTFOUND", "the host is unknown; check the URL"],
];

const servers: readonly Server[] = [
  {
    name: "PostgreSQL",
    schemes: /^postgres(ql)?:\/\//,
    open: (url) => postgresStorage({ url }),
    migrate: (url, options) => migratePostgres({ url }, options),
    causes: new Map([
      ...networkCauses,
      ["28000", "the server refuses this user; check the user and the server's pg_hba.conf"],
      ["28P01", "the password is wrong; set it by PGPASSWORD, in ~/.pgpass or in the URL"],
      ["3D000", "there is no database of that name; create it first with `createdb`"],
      ["42501", "the user may not create the tables; let one who may run `ssokey migrate` once"],
      ["ERR_INVALID_URL", "the URL cannot be read; give one like `postgres://user@host/database`"],
    ]),
  },
  {
    name: "MariaDB",
    schemes: /^(mariadb|mysql):\/\//,
    open: (url) => mariadbStorage({ url }),
    migrate: (url, options) => migrateMariadb({ url }, options),
    causes: new Map([
      ...networkCauses,
      ["ER_ACCESS_DENIED_ERROR", "the server refuses this user or the password; check both in the URL"],
      ["ER_ACCESS_DENIED_NO_PASSWORD_ERROR", "the server refuses this user without a password; check the URL"],
      ["ER_BAD_DB_ERROR", "there is no database of that name; create it first with `CREATE DATABASE`"],
      ["ER_DBACCESS_DENIED_ERROR", "the user may not use this database; grant it, or check the name"],
      ["ER_NO_DB_ERROR", "the URL names no database; give one like `mariadb://user@host/database`"],
      ["ER_TABLEACCESS_DENIED_ERROR", "the user may not create the tables; let one who may run `ssokey migrate` once"],
      ["ERR_INVALID_URL", "the URL cannot be read; give one like `mariadb://user@host/database`"],
    ]),
  },
];
