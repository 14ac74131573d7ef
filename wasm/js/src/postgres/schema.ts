/**
 * Creates what is missing, all of it or nothing: without parameters the driver sends it as one query, which is one
 * transaction. The lock keeps a second process from creating the same at once, which PostgreSQL answers with an error.
 * What is compared is compared byte by byte, whatever the collation of the database.
 */
export const SCHEMA = `
SELECT pg_advisory_xact_lock(hashtext('ssokey.schema'));

CREATE SCHEMA IF NOT EXISTS ssokey;

CREATE TABLE IF NOT EXISTS ssokey.companies (
  id                        BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  name                      TEXT NOT NULL,
  domain                    TEXT COLLATE "C" NOT NULL UNIQUE,
  email                     TEXT COLLATE "C" NOT NULL UNIQUE,
  products                  JSONB NOT NULL CHECK (jsonb_typeof(products) = 'array'),
  account_type              TEXT NOT NULL,
  domain_ownership_verified BOOLEAN NOT NULL,
  domain_mx_verified        BOOLEAN NOT NULL
);

CREATE TABLE IF NOT EXISTS ssokey.keys (
  id         BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  digest     TEXT COLLATE "C" NOT NULL UNIQUE,
  status     TEXT NOT NULL CHECK (status IN ('enabled', 'disabled', 'revoked')),
  expires_at BIGINT,
  company_id BIGINT NOT NULL REFERENCES ssokey.companies (id)
);
CREATE INDEX IF NOT EXISTS keys_of_company ON ssokey.keys (company_id);

CREATE TABLE IF NOT EXISTS ssokey.users (
  id                 BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  company_id         BIGINT NOT NULL REFERENCES ssokey.companies (id),
  email              TEXT COLLATE "C" NOT NULL,
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

CREATE TABLE IF NOT EXISTS ssokey.tokens (
  digest             TEXT COLLATE "C" PRIMARY KEY,
  user_id            BIGINT NOT NULL REFERENCES ssokey.users (id),
  company_id         BIGINT NOT NULL REFERENCES ssokey.companies (id),
  key_id             BIGINT REFERENCES ssokey.keys (id),
  credential_version BIGINT NOT NULL,
  product            TEXT,
  expires_at         BIGINT NOT NULL
);
CREATE INDEX IF NOT EXISTS tokens_by_expiry ON ssokey.tokens (expires_at);

CREATE TABLE IF NOT EXISTS ssokey.codes (
  digest             TEXT COLLATE "C" PRIMARY KEY,
  user_id            BIGINT NOT NULL REFERENCES ssokey.users (id),
  company_id         BIGINT NOT NULL REFERENCES ssokey.companies (id),
  key_id             BIGINT NOT NULL REFERENCES ssokey.keys (id),
  credential_version BIGINT NOT NULL,
  product            TEXT NOT NULL,
  expires_at         BIGINT NOT NULL
);
CREATE INDEX IF NOT EXISTS codes_by_expiry ON ssokey.codes (expires_at);

CREATE TABLE IF NOT EXISTS ssokey.products (
  name          TEXT COLLATE "C" PRIMARY KEY,
  launch_url    TEXT NOT NULL,
  secret_digest TEXT NOT NULL
);

CREATE TABLE IF NOT EXISTS ssokey.events (
  id         BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  kind       TEXT NOT NULL,
  reason     TEXT,
  at         BIGINT NOT NULL,
  source     TEXT,
  company_id BIGINT,
  key_id     BIGINT,
  user_id    BIGINT
);
`;
