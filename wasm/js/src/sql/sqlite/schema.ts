import type { MigratedDatabase, Migration } from "../migration.js";
import type { Executor } from "./executor.js";

/** The table of the applied migrations. */
export const MIGRATION_TABLE = "ssokey_migrations";

/** The database as one that migrations are applied to. */
export function migratedBy(db: Executor, remedy: string): MigratedDatabase {
  return {
    table: MIGRATION_TABLE,
    remedy,
    async applied() {
      const tables = await db.query("SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = ?1", [MIGRATION_TABLE]);
      if (tables.length === 0) return [];
      const rows = await db.query<{ name: string }>(`SELECT name FROM ${MIGRATION_TABLE} ORDER BY name`);
      return rows.map(({ name }) => name);
    },
    transaction: (sql) => db.transaction(statementsOf(sql)),
  };
}

/** No statement of a migration has a semicolon at the end of a line, except the one that ends it. */
function statementsOf(sql: string): string[] {
  return sql.split(/;\n/).filter((statement) => statement.trim() !== "");
}

/**
 * STRICT tables: a column never holds another type than it says. E-mails are compared byte by byte and in lower case
 * only, whoever writes them, so that none is there twice.
 */
const INITIAL: Migration = {
  name: "0001_initial",
  sql: `
CREATE TABLE ${MIGRATION_TABLE} (
  name TEXT PRIMARY KEY
) STRICT, WITHOUT ROWID;

CREATE TABLE companies (
  id                        INTEGER PRIMARY KEY AUTOINCREMENT,
  name                      TEXT NOT NULL,
  domain                    TEXT NOT NULL UNIQUE CHECK (domain = lower(domain)),
  email                     TEXT NOT NULL UNIQUE CHECK (email = lower(email)),
  products                  TEXT NOT NULL, -- a JSON array
  account_type              TEXT NOT NULL,
  domain_ownership_verified INTEGER NOT NULL CHECK (domain_ownership_verified IN (0, 1)),
  domain_mx_verified        INTEGER NOT NULL CHECK (domain_mx_verified IN (0, 1))
) STRICT;

CREATE TABLE keys (
  id         INTEGER PRIMARY KEY AUTOINCREMENT,
  digest     TEXT NOT NULL UNIQUE,
  status     TEXT NOT NULL CHECK (status IN ('enabled', 'disabled', 'revoked')),
  expires_at INTEGER,
  company_id INTEGER NOT NULL REFERENCES companies (id)
) STRICT;

CREATE TABLE users (
  id                 INTEGER PRIMARY KEY AUTOINCREMENT,
  company_id         INTEGER NOT NULL REFERENCES companies (id),
  email              TEXT NOT NULL CHECK (email = lower(email)),
  login_id           TEXT NOT NULL,
  display_name       TEXT NOT NULL,
  is_creator         INTEGER NOT NULL DEFAULT 0 CHECK (is_creator IN (0, 1)),
  is_company_admin   INTEGER NOT NULL DEFAULT 0 CHECK (is_company_admin IN (0, 1)),
  permissions        TEXT NOT NULL DEFAULT '[]', -- a JSON array
  password_hash      TEXT NOT NULL,
  credential_version INTEGER NOT NULL DEFAULT 1,
  managed_by         TEXT NOT NULL DEFAULT 'partner' CHECK (managed_by IN ('partner', 'local')),
  status             TEXT NOT NULL DEFAULT 'enabled' CHECK (status IN ('enabled', 'disabled')),
  issued_at          INTEGER,
  UNIQUE (company_id, email)
) STRICT;

CREATE TABLE tokens (
  digest             TEXT PRIMARY KEY,
  user_id            INTEGER NOT NULL REFERENCES users (id),
  company_id         INTEGER NOT NULL REFERENCES companies (id),
  key_id             INTEGER REFERENCES keys (id),
  credential_version INTEGER NOT NULL,
  product            TEXT,
  expires_at         INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE codes (
  digest             TEXT PRIMARY KEY,
  user_id            INTEGER NOT NULL REFERENCES users (id),
  company_id         INTEGER NOT NULL REFERENCES companies (id),
  key_id             INTEGER NOT NULL REFERENCES keys (id),
  credential_version INTEGER NOT NULL,
  product            TEXT NOT NULL,
  expires_at         INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE products (
  name          TEXT PRIMARY KEY,
  launch_url    TEXT NOT NULL,
  secret_digest TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE events (
  id         INTEGER PRIMARY KEY AUTOINCREMENT,
  kind       TEXT NOT NULL,
  reason     TEXT,
  at         INTEGER NOT NULL,
  source     TEXT,
  company_id INTEGER,
  key_id     INTEGER,
  user_id    INTEGER
) STRICT;
`,
};

/** What operators list and what a purge looks for. An index ends in the row's id, by which lists are ordered. */
const INDEXES: Migration = {
  name: "0002_indexes",
  sql: `
CREATE INDEX keys_of_company ON keys (company_id);
CREATE INDEX users_of_company ON users (company_id);
CREATE INDEX tokens_by_expiry ON tokens (expires_at);
CREATE INDEX codes_by_expiry ON codes (expires_at);
`,
};

/** The schema, step by step. */
export const MIGRATIONS: readonly Migration[] = [INITIAL, INDEXES];
