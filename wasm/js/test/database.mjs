// A database file for one test, and a look at its tables that goes past the storage.

import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { createClient } from "@libsql/client";

/** A path in a directory of its own, which goes when the test ends. */
export function temporaryFile(context) {
  const directory = mkdtempSync(join(tmpdir(), "ssokey-test-"));
  context.after(() => rmSync(directory, { recursive: true }));
  return join(directory, "sso.db");
}

export const urlOf = (path) => pathToFileURL(path).href;

/** Runs statements on a database file. */
export async function plant(path, ...statements) {
  const client = createClient({ url: urlOf(path) });
  for (const sql of statements) await client.execute(sql);
  client.close();
}

const TABLES = ["companies", "keys", "users", "tokens", "codes", "products", "events"];

/** All rows of all tables. */
export async function tablesOf(path) {
  const client = createClient({ url: urlOf(path) });
  const tables = {};
  for (const table of TABLES) tables[table] = (await client.execute(`SELECT * FROM ${table} ORDER BY 1`)).rows;
  client.close();
  return tables;
}

const FLAGS = ["isCreator", "isCompanyAdmin", "domainOwnershipVerified", "domainMxVerified"];
const LISTS = ["products", "emailDomains", "permissions"];

/** The rows of {@link tablesOf} as the records of `spec/storage.md`. */
export async function recordsOf(path) {
  const member = ([name, value]) => [name, FLAGS.includes(name) ? value === 1 : LISTS.includes(name) ? JSON.parse(value) : value];
  const camel = (column) => column.replace(/_./g, ([, letter]) => letter.toUpperCase());
  const record = (row) => Object.fromEntries(Object.entries(row).map(([column, value]) => member([camel(column), value])));
  return Object.fromEntries(Object.entries(await tablesOf(path)).map(([table, rows]) => [table, rows.map(record)]));
}

/** Empties all tables, puts the given records in, and lets each new id be one above the largest. */
export async function seed(path, contents) {
  const client = createClient({ url: urlOf(path) });
  const snake = (name) => name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
  const cell = (value) => (Array.isArray(value) ? JSON.stringify(value) : typeof value === "boolean" ? Number(value) : value);
  const inserts = TABLES.flatMap((table) =>
    (contents[table] ?? []).map((record) => {
      const columns = Object.keys(record).map(snake);
      const args = Object.values(record).map(cell);
      return { sql: `INSERT INTO ${table} (${columns}) VALUES (${columns.map(() => "?")})`, args };
    }),
  );
  const deletes = [...TABLES].reverse().map((table) => `DELETE FROM ${table}`);
  await client.batch([...deletes, "DELETE FROM sqlite_sequence", ...inserts], "write");
  client.close();
}

/** The bytes of the database and of the files that SQLite keeps beside it, by name. */
export function filesOf(path) {
  const directory = join(path, "..");
  return new Map(readdirSync(directory).map((name) => [name, readFileSync(join(directory, name))]));
}
