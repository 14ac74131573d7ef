import type { MigratedDatabase, Migration } from "../migration.js";
import type { PostgresPool } from "./pool.js";

const MIGRATION_TABLE = "ssokey.migrations";

/** The database as one that migrations are applied to. */
export function migratedBy(pool: PostgresPool): MigratedDatabase {
  return {
    table: MIGRATION_TABLE,
    remedy: "apply them with `ssokey migrate --db …`",
    async applied() {
      const { rows: tables } = await pool.query(`SELECT 1 WHERE to_regclass('${MIGRATION_TABLE}') IS NOT NULL`);
      if (tables.length === 0) return [];
      const { rows } = await pool.query(`SELECT name FROM ${MIGRATION_TABLE} ORDER BY name`);
      return (rows as { name: string }[]).map(({ name }) => name);
    },
    async transaction(sql) {
      // Without parameters the driver sends it as one query, which is one transaction. The lock makes processes that
      // migrate at once do so in turn; it goes when the transaction ends.
      await pool.query(`SELECT pg_advisory_xact_lock(hashtext('ssokey.schema'));\n${sql}`);
    },
  };
}

/**
 * What is compared is compared byte by byte, whatever the collation of the database. E-mails are in lower case only,
 * whoever writes them, so that none is there twice.
 */
const INITIAL: Migration = {
  name: "0001_initial",
  sql: `
CREATE SCHEMA IF NOT EXISTS ssokey;

CREATE TABLE ${MIGRATION_TABLE} (
  name TEXT COLLATE "C" PRIMARY KEY
);

CREATE TABLE ssokey.companies (
  id                        BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  name                      TEXT NOT NULL,
  domain                    TEXT COLLATE "C" NOT NULL UNIQUE CHECK (domain = lower(domain)),
  email                     TEXT COLLATE "C" NOT NULL UNIQUE CHECK (email = lower(email)),
  products                  JSONB NOT NULL CHECK (jsonb_typeof(products) = 'array'),
  account_type              TEXT NOT NULL,
  domain_ownership_verified BOOLEAN NOT NULL,
  domain_mx_verified        BOOLEAN NOT NULL
);

CREATE TABLE ssokey.keys (
  id         BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  digest     TEXT COLLATE "C" NOT NULL UNIQUE,
  status     TEXT NOT NULL CHECK (status IN ('enabled', 'disabled', 'revoked')),
  expires_at BIGINT,
  company_id BIGINT NOT NULL REFERENCES ssokey.companies (id)
);

CREATE TABLE ssokey.users (
  id                 BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  company_id         BIGINT NOT NULL REFERENCES ssokey.companies (id),
  email              TEXT COLLATE "C" NOT NULL CHECK (email = lower(email)),
  login_id           TEXT NOT NULL,
  display_name       TEXT NOT NULL,
  is_creator         BOOLEAN NOT NULL DEFAULT false,
  is_company_admin   BOOLEAN NOT NULL DEFAULT false,
  permissions        JSONB NOT NULL DEFAULT '[]' CHECK (jsonb_typeof(permissions) = 'array'),
  password_hash      TEXT NOT NULL,
  credential_version BIGINT NOT NULL DEFAULT 1,
  managed_by         TEXT NOT NULL DEFAULT 'partner' CHECK (managed_by IN ('partner', 'local')),
  status             TEXT NOT NULL DEFAULT 'enabled' CHECK (status IN ('enabled', 'disabled')),
  issued_at          BIGINT,
  UNIQUE (company_id, email)
);

CREATE TABLE ssokey.tokens (
  digest             TEXT COLLATE "C" PRIMARY KEY,
  user_id            BIGINT NOT NULL REFERENCES ssokey.users (id),
  company_id         BIGINT NOT NULL REFERENCES ssokey.companies (id),
  key_id             BIGINT REFERENCES ssokey.keys (id),
  credential_version BIGINT NOT NULL,
  product            TEXT,
  expires_at         BIGINT NOT NULL
);

CREATE TABLE ssokey.codes (
  digest             TEXT COLLATE "C" PRIMARY KEY,
  user_id            BIGINT NOT NULL REFERENCES ssokey.users (id),
  company_id         BIGINT NOT NULL REFERENCES ssokey.companies (id),
  key_id             BIGINT NOT NULL REFERENCES ssokey.keys (id),
  credential_version BIGINT NOT NULL,
  product            TEXT NOT NULL,
  expires_at         BIGINT NOT NULL
);

CREATE TABLE ssokey.products (
  name          TEXT COLLATE "C" PRIMARY KEY,
  launch_url    TEXT NOT NULL,
  secret_digest TEXT NOT NULL
);

CREATE TABLE ssokey.events (
  id         BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  kind       TEXT NOT NULL,
  reason     TEXT,
  at         BIGINT NOT NULL,
  source     TEXT,
  company_id BIGINT,
  key_id     BIGINT,
  user_id    BIGINT
);
`,
};

/** What operators list and what a purge looks for. */
const INDEXES: Migration = {
  name: "0002_indexes",
  sql: `
CREATE INDEX keys_of_company ON ssokey.keys (company_id);
CREATE INDEX users_of_company ON ssokey.users (company_id, id);
CREATE INDEX tokens_by_expiry ON ssokey.tokens (expires_at);
CREATE INDEX codes_by_expiry ON ssokey.codes (expires_at);
`,
};

/** The schema, step by step. */
export const MIGRATIONS: readonly Migration[] = [INITIAL, INDEXES];
