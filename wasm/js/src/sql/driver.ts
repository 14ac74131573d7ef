import { hasMethods, isWithin, LONGEST_WAIT, requireKnown } from "../core/check.js";
import { errorCode } from "../core/error.js";
import { SettingsError } from "../core/settings.js";
import type { Dialect } from "./dialect.js";
import type { Executor } from "./executor.js";
import { type MigrateOptions, migrate, migratedBy, migrateEmpty, requireMigrateOptions } from "./migration.js";
import { type SqlStorage, storageOver } from "./storage.js";

/** What to do where migrations are missing. */
export const REMEDY = "apply them with `ssokey migrate --db …`";

/** An open database, and how to give it back. */
export interface Opened<Closed> {
  db: Executor;
  close(): Closed;
}

/** The optional peer dependency is not installed. */
export class MissingDriverError extends Error {
  override readonly name = "MissingDriverError";
  /** The package that is missing. */
  readonly driver: string;

  constructor(storage: string, driver: string, options?: ErrorOptions) {
    super(`the ${storage} storage needs the package \`${driver}\`: npm install ${driver}`, options);
    this.driver = driver;
  }
}

/** Refuses what a storage was given and cannot be over. */
export function requireThat(isRight: boolean, message: string): asserts isRight {
  if (!isRight) throw new TypeError(message);
}

/** Refuses an address that has neither a URL nor a pool with these methods, or an option besides that is unknown. */
export function requireAddress(storage: string, scheme: string, address: unknown, methods: string[]): void {
  const given = Object(address) as Record<string, unknown>;
  const isRight = "url" in given ? typeof given["url"] === "string" : hasMethods(given["pool"], ...methods);
  requireThat(isRight, `the ${storage} storage needs \`{ url: "${scheme}://…" }\`, or \`{ pool }\` with a pool of its driver`);
  if ("url" in given) requireOptionsOf(given, ["url"], ["connections", "connectTimeout", "statementTimeout"]);
  else requireOptionsOf(given, ["pool"], []);
}

/** Refuses an option of an address that is unknown, and a number that is none: what waits for it would wait for ever. */
export function requireOptionsOf(given: object, others: string[], numbers: string[], least = 1): void {
  requireKnown(Object.keys(given), [...others, ...numbers]);
  for (const name of numbers) {
    const value = (given as Record<string, unknown>)[name];
    if (value !== undefined && !isWithin(value, least, LONGEST_WAIT))
      throw new SettingsError(`\`${name}\` must be a whole number from ${least} to ${LONGEST_WAIT}`);
  }
}

/** Returns what `load` imports of the package `driver`. Rejects with {@link MissingDriverError} if it is not installed. */
export async function imported<Module>(storage: string, driver: string, load: () => Promise<Module>): Promise<Module> {
  try {
    return await load();
  } catch (error) {
    // The second is the code when a driver's binary for this platform is missing.
    const isMissing = errorCode(error) === "ERR_MODULE_NOT_FOUND" || errorCode(error) === "MODULE_NOT_FOUND";
    throw isMissing ? new MissingDriverError(storage, driver, { cause: error }) : error;
  }
}

/** Returns the storage over an open database. In an empty one the tables are created. If it rejects, it has closed it. */
export async function storageOn<Closed>(
  { db, close }: Opened<Closed>,
  dialect: Dialect,
): Promise<SqlStorage & { close(): Closed }> {
  try {
    await migrateEmpty(migratedBy(db, dialect, REMEDY));
  } catch (error) {
    await close();
    throw error;
  }
  return { ...storageOver(db, dialect), close };
}

/** Opens a database, applies the migrations that it lacks, closes it, and returns their names. */
export async function migrateOn(
  open: () => Promise<Opened<unknown>>,
  dialect: Dialect,
  options: MigrateOptions = {},
): Promise<string[]> {
  requireMigrateOptions(options);
  const { db, close } = await open();
  try {
    return await migrate(migratedBy(db, dialect, REMEDY), options);
  } finally {
    await close();
  }
}
