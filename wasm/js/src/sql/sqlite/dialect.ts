import type { Dialect } from "../dialect.js";

const MIGRATIONS = "ssokey_migrations";

/** SQLite 3.38 or later, and what speaks like it: D1, libSQL, Durable Objects. STRICT tables never hold a different type. */
export const sqlite: Dialect = {
  table: (name) => name,
  parameter: () => "?",
  // Not every driver takes a boolean.
  flag: Number,
  hasReturning: true,
  ifAbsent: " ON CONFLICT DO NOTHING",
  orChange: (key, assignments) => ` ON CONFLICT (${key}) DO UPDATE SET ${assignments.join(", ")}`,
  inserted: (column) => `excluded.${column}`,
  after: () => ({ id: "last_insert_rowid()", ifChanged: "WHERE changes() > 0" }),
  json: {
    object: (pairs) => `json_object(${pairs})`,
    flag: (column) => `json(iif(${column}, 'true', 'false'))`,
    nested: (column) => `json(${column})`,
    // A subquery loses the mark that its text is JSON.
    subquery: (select) => `json((${select}))`,
    text: (json) => json,
  },
  types: {
    // AUTOINCREMENT: the id of a row that is gone is not given again.
    id: "INTEGER PRIMARY KEY AUTOINCREMENT",
    integer: "INTEGER",
    flag: (column) => `INTEGER NOT NULL CHECK (${column} IN (0, 1))`,
    list: () => "TEXT NOT NULL",
    newList: () => "TEXT NOT NULL DEFAULT '[]'",
    text: "TEXT",
    exact: "TEXT",
    table: " STRICT",
    keyed: " STRICT, WITHOUT ROWID",
  },
  migrations: {
    table: MIGRATIONS,
    find: `SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = '${MIGRATIONS}'`,
    // What runs or replicates a database has tables in it, which begin like this.
    others: `SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name NOT GLOB '_*' AND name NOT GLOB 'sqlite_*'
      AND name NOT GLOB 'libsql_*' AND NOT EXISTS (SELECT 1 FROM sqlite_schema WHERE name = '${MIGRATIONS}') LIMIT 1`,
    lock: [],
    namespace: [],
    unlessThere: { table: "", part: "" },
  },
};
