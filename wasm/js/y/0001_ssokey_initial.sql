CREATE TABLE ssokey_migrations (
  name TEXT PRIMARY KEY
) STRICT, WITHOUT ROWID;

CREATE TABLE companies (
  id                        INTEGER PRIMARY KEY AUTOINCREMENT,
  name                      TEXT NOT NULL,
  domain                    TEXT NOT NULL UNIQUE,
  email                     TEXT NOT NULL UNIQUE,
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
  email              TEXT NOT NULL,
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

INSERT INTO ssokey_migrations (name) VALUES ('0001_initial');
