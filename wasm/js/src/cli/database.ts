import { closeSync, existsSync, openSync } from "node:fs";
import { isAbsolute, join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { errorCode } from "../core/error.js";
import type { MigrateOptions } from "../sql/migration.js";
import { migratePostgres, postgresStorage, type PostgresStorage } from "../sql/postgres.js";
import { migrateSqlite, sqliteStorage, type SqliteStorage } from "../sql/sqlite.js";
import { Failure } from "./failure.js";

const OWNER_ONLY = 0o600;

/** What a command needs of a database; it is given back in the end. */
type Database = SqliteStorage | PostgresStorage;

/** Lends the storage at `place`, a path or a URL of PostgreSQL, to `use`. A file is created if need be. */
export async function withDatabase<Result>(
  place: string,
  use: (storage: Database) => Promise<Result>,
): Promise<Result> {
  requireReadable(place);
  const storage = await (isPostgres(place)
    ? onPostgres(() => postgresStorage({ url: place }))
    : onFile(place, (url) => sqliteStorage({ url })));
  try {
    return await use(storage);
  } finally {
    await storage.close();
  }
}

/** Brings the database at `place` to this version, and returns the names of the migrations that it lacked. */
export async function migrateDatabase(place: string, options: MigrateOptions): Promise<string[]> {
  requireReadable(place);
  return isPostgres(place)
    ? onPostgres(() => migratePostgres({ url: place }, options))
    : onFile(place, (url) => migrateSqlite({ url }, options));
}

/** Refuses a path with no database, where an empty one is surely not what is meant. */
export function requireDatabase(place: string): void {
  requireReadable(place);
  if (!isPostgres(place) && !existsSync(place)) {
    throw new Failure(`there is no database at \`${place}\`; create it with \`ssokey company add --db ${place} …\``);
  }
}

/** What `place` is when a file in that directory names it: a path is relative to there. */
export function placeFrom(directory: string, place: string): string {
  return isPath(place) && !isAbsolute(place) ? join(directory, place) : place;
}

/** Refuses what would become a file of a strange name. It is not repeated: a URL may hold a password. */
function requireReadable(place: string): void {
  if (isPostgres(place) || isPath(place)) return;
  throw new Failure("`--db` is neither a path nor a URL of PostgreSQL; give one like `sso.db` or `postgres://user@host/database`", 2);
}

/** On Windows as well, where a path may begin with one letter and a colon. */
function isPath(place: string): boolean {
  return place !== "" && !/^[a-z][a-z0-9+.-]+:/i.test(place);
}

function isPostgres(place: string): boolean {
  return /^postgres(ql)?:\/\//.test(place);
}

async function onPostgres<Result>(open: () => Promise<Result>): Promise<Result> {
  try {
    return await open();
  } catch (error) {
    const code = errorCode(error);
    const cause = postgresCauses.get(code);
    if (cause === undefined) throw error;
    // The URL is not repeated: it may hold a password.
    throw new Failure(`cannot open the PostgreSQL database: ${cause}`, code === "ERR_INVALID_URL" ? 2 : 1);
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
  ["SQLITE_NOTADB", "it is no SQLite database; choose another path"],
]);

const postgresCauses = new Map<unknown, string>([
  ["28000", "the server refuses this user; check the user and the server's pg_hba.conf"],
  ["28P01", "the password is wrong; set it by PGPASSWORD, in ~/.pgpass or in the URL"],
  ["3D000", "there is no database of that name; create it first with `createdb`"],
  ["42501", "the user may not create the tables; let one who may run `ssokey migrate` once"],
  ["ECONNREFUSED", "no server listens there; check host and port"],
  ["ENOENT", "no server listens on that socket; check the directory and the port"],
  ["ENOTFOUND", "the host is unknown; check the URL"],
  ["ERR_INVALID_URL", "the URL cannot be read; give one like `postgres://user@host/database`"],
]);
