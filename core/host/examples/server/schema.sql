CREATE TABLE ssokey_migrations (
  name TEXT PRIMARY KEY
) STRICT, WITHOUT ROWID;
CREATE TABLE companies (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  name TEXT NOT NULL,
  domain TEXT NOT NULL UNIQUE CHECK (domain = lower(domain)),
  email TEXT NOT NULL UNIQUE CHECK (email = lower(email)),
  products TEXT NOT NULL,
  account_type TEXT NOT NULL,
  domain_ownership_verified INTEGER NOT NULL CHECK (domain_ownership_verified IN (0, 1)),
  domain_mx_verified INTEGER NOT NULL CHECK (domain_mx_verified IN (0, 1)),
  status TEXT NOT NULL CHECK (status IN ('enabled', 'disabled'))
) STRICT;
CREATE TABLE keys (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  digest TEXT NOT NULL UNIQUE,
  status TEXT NOT NULL CHECK (status IN ('enabled', 'disabled', 'revoked')),
  expires_at INTEGER,
  company_id INTEGER NOT NULL,
  FOREIGN KEY (company_id) REFERENCES companies (id)
) STRICT;
CREATE TABLE users (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  company_id INTEGER NOT NULL,
  email TEXT NOT NULL CHECK (email = lower(email)),
  login_id TEXT NOT NULL,
  display_name TEXT NOT NULL,
  is_creator INTEGER NOT NULL CHECK (is_creator IN (0, 1)),
  is_company_admin INTEGER NOT NULL CHECK (is_company_admin IN (0, 1)),
  permissions TEXT NOT NULL,
  password_hash TEXT NOT NULL,
  credential_version INTEGER NOT NULL,
  managed_by TEXT NOT NULL CHECK (managed_by IN ('partner', 'local')),
  status TEXT NOT NULL CHECK (status IN ('enabled', 'disabled')),
  issued_at INTEGER,
  password_key_id INTEGER,
  UNIQUE (company_id, email),
  FOREIGN KEY (company_id) REFERENCES companies (id)
) STRICT;
CREATE TABLE tokens (
  digest TEXT PRIMARY KEY,
  user_id INTEGER NOT NULL,
  company_id INTEGER NOT NULL,
  key_id INTEGER,
  credential_version INTEGER NOT NULL,
  product TEXT,
  expires_at INTEGER NOT NULL,
  FOREIGN KEY (user_id) REFERENCES users (id),
  FOREIGN KEY (company_id) REFERENCES companies (id),
  FOREIGN KEY (key_id) REFERENCES keys (id)
) STRICT, WITHOUT ROWID;
CREATE TABLE codes (
  digest TEXT PRIMARY KEY,
  user_id INTEGER NOT NULL,
  company_id INTEGER NOT NULL,
  key_id INTEGER NOT NULL,
  credential_version INTEGER NOT NULL,
  product TEXT NOT NULL,
  expires_at INTEGER NOT NULL,
  FOREIGN KEY (user_id) REFERENCES users (id),
  FOREIGN KEY (company_id) REFERENCES companies (id),
  FOREIGN KEY (key_id) REFERENCES keys (id)
) STRICT, WITHOUT ROWID;
CREATE TABLE products (
  name TEXT PRIMARY KEY,
  launch_url TEXT NOT NULL,
  secret_digest TEXT NOT NULL,
  previous_secret_digest TEXT,
  previous_secret_expires_at INTEGER
) STRICT, WITHOUT ROWID;
CREATE TABLE events (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  kind TEXT NOT NULL,
  reason TEXT,
  at INTEGER NOT NULL,
  source TEXT,
  company_id INTEGER,
  key_id INTEGER,
  user_id INTEGER,
  product TEXT,
  fault TEXT
) STRICT;
INSERT INTO ssokey_migrations (name) VALUES ('0001_initial');
CREATE INDEX keys_of_company ON keys (company_id, id);
CREATE INDEX users_of_company ON users (company_id, id);
CREATE INDEX tokens_by_expiry ON tokens (expires_at);
CREATE INDEX codes_by_expiry ON codes (expires_at);
CREATE INDEX events_by_time ON events (at);
INSERT INTO ssokey_migrations (name) VALUES ('0002_indexes');
CREATE TABLE probe (
  name TEXT PRIMARY KEY,
  at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
INSERT INTO ssokey_migrations (name) VALUES ('0003_probe');
CREATE TABLE attempts (
  digest TEXT PRIMARY KEY,
  made INTEGER NOT NULL,
  expires_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX attempts_by_expiry ON attempts (expires_at);
INSERT INTO ssokey_migrations (name) VALUES ('0004_attempts');
ALTER TABLE keys ADD COLUMN created_at INTEGER;
ALTER TABLE keys ADD COLUMN last_used_at INTEGER;
INSERT INTO ssokey_migrations (name) VALUES ('0005_uses');
CREATE INDEX tokens_of_user ON tokens (user_id);
CREATE INDEX codes_of_user ON codes (user_id);
INSERT INTO ssokey_migrations (name) VALUES ('0006_holders');
ALTER TABLE companies ADD COLUMN email_domains TEXT NOT NULL DEFAULT '[]';
INSERT INTO ssokey_migrations (name) VALUES ('0007_domains');
