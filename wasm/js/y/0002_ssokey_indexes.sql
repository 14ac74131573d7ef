CREATE INDEX keys_of_company ON keys (company_id);
CREATE INDEX users_of_company ON users (company_id);
CREATE INDEX tokens_by_expiry ON tokens (expires_at);
CREATE INDEX codes_by_expiry ON codes (expires_at);

INSERT INTO ssokey_migrations (name) VALUES ('0002_indexes');
