import type { Dialect } from "./dialect.js";
import type { Migration } from "./migration.js";

/**
 * Returns the schema, step by step. Once a step is released it never changes: a change of the schema is a further step.
 *
 * Texts are compared byte by byte. E-mails and domains are in lower case only, whoever writes them, so that
 * none is there twice.
 */
export function migrationsIn({ table, types, migrations: { table: applied, namespace, unlessThere } }: Dialect): Migration[] {
  const { id, integer, flag, list, newList, text, exact } = types;
  const create = (name: string) => `CREATE TABLE${unlessThere.table} ${name}`;
  const index = (name: string) => `CREATE INDEX${unlessThere.part} ${name}`;
  const references = (column: string, to: string) => `FOREIGN KEY (${column}) REFERENCES ${table(to)} (id)`;

  return [
    {
      name: "0001_initial",
      statements: [
        ...namespace,
        `${create(applied)} (
  name ${exact} PRIMARY KEY
)${types.keyed}`,
        `${create(table("companies"))} (
  id ${id},
  name ${text} NOT NULL,
  domain ${exact} NOT NULL UNIQUE CHECK (domain = lower(domain)),
  email ${exact} NOT NULL UNIQUE CHECK (email = lower(email)),
  products ${list("products")},
  account_type ${text} NOT NULL,
  domain_ownership_verified ${flag("domain_ownership_verified")},
  domain_mx_verified ${flag("domain_mx_verified")},
  status ${text} NOT NULL CHECK (status IN ('enabled', 'disabled'))
)${types.table}`,
        `${create(table("keys"))} (
  id ${id},
  digest ${exact} NOT NULL UNIQUE,
  status ${text} NOT NULL CHECK (status IN ('enabled', 'disabled', 'revoked')),
  expires_at ${integer},
  company_id ${integer} NOT NULL,
  ${references("company_id", "companies")}
)${types.table}`,
        `${create(table("users"))} (
  id ${id},
  company_id ${integer} NOT NULL,
  email ${exact} NOT NULL CHECK (email = lower(email)),
  login_id ${text} NOT NULL,
  display_name ${text} NOT NULL,
  is_creator ${flag("is_creator")},
  is_company_admin ${flag("is_company_admin")},
  permissions ${list("permissions")},
  password_hash ${text} NOT NULL,
  credential_version ${integer} NOT NULL,
  managed_by ${text} NOT NULL CHECK (managed_by IN ('partner', 'local')),
  status ${text} NOT NULL CHECK (status IN ('enabled', 'disabled')),
  issued_at ${integer},
  password_key_id ${integer},
  UNIQUE (company_id, email),
  ${references("company_id", "companies")}
)${types.table}`,
        `${create(table("tokens"))} (
  digest ${exact} PRIMARY KEY,
  user_id ${integer} NOT NULL,
  company_id ${integer} NOT NULL,
  key_id ${integer},
  credential_version ${integer} NOT NULL,
  product ${text},
  expires_at ${integer} NOT NULL,
  ${references("user_id", "users")},
  ${references("company_id", "companies")},
  ${references("key_id", "keys")}
)${types.keyed}`,
        `${create(table("codes"))} (
  digest ${exact} PRIMARY KEY,
  user_id ${integer} NOT NULL,
  company_id ${integer} NOT NULL,
  key_id ${integer} NOT NULL,
  credential_version ${integer} NOT NULL,
  product ${text} NOT NULL,
  expires_at ${integer} NOT NULL,
  ${references("user_id", "users")},
  ${references("company_id", "companies")},
  ${references("key_id", "keys")}
)${types.keyed}`,
        `${create(table("products"))} (
  name ${exact} PRIMARY KEY,
  launch_url ${text} NOT NULL,
  secret_digest ${text} NOT NULL,
  previous_secret_digest ${text},
  previous_secret_expires_at ${integer}
)${types.keyed}`,
        `${create(table("events"))} (
  id ${id},
  kind ${text} NOT NULL,
  reason ${text},
  at ${integer} NOT NULL,
  source ${text},
  company_id ${integer},
  key_id ${integer},
  user_id ${integer},
  product ${text},
  fault ${text}
)${types.table}`,
      ],
    },
    {
      // What operators list, in the order of ids, and what a purge looks for.
      name: "0002_indexes",
      statements: [
        `${index("keys_of_company")} ON ${table("keys")} (company_id, id)`,
        `${index("users_of_company")} ON ${table("users")} (company_id, id)`,
        `${index("tokens_by_expiry")} ON ${table("tokens")} (expires_at)`,
        `${index("codes_by_expiry")} ON ${table("codes")} (expires_at)`,
        `${index("events_by_time")} ON ${table("events")} (at)`,
      ],
    },
    {
      // One row, written to learn whether a row can be written.
      name: "0003_probe",
      statements: [
        `${create(table("probe"))} (
  name ${exact} PRIMARY KEY,
  at ${integer} NOT NULL
)${types.keyed}`,
      ],
    },
    {
      name: "0004_attempts",
      statements: [
        `${create(table("attempts"))} (
  digest ${exact} PRIMARY KEY,
  made ${integer} NOT NULL,
  expires_at ${integer} NOT NULL
)${types.keyed}`,
        `${index("attempts_by_expiry")} ON ${table("attempts")} (expires_at)`,
      ],
    },
    {
      // Of the keys from before, nobody knows when they were issued.
      name: "0005_uses",
      statements: ["created_at", "last_used_at"].map(
        (column) => `ALTER TABLE ${table("keys")} ADD COLUMN${unlessThere.part} ${column} ${integer}`,
      ),
    },
    {
      // Who is deleted is looked for in these tables, for each user of a company.
      name: "0006_holders",
      statements: ["tokens", "codes"].map((name) => `${index(`${name}_of_user`)} ON ${table(name)} (user_id)`),
    },
    {
      // The companies from before have users of all domains.
      name: "0007_domains",
      statements: [`ALTER TABLE ${table("companies")} ADD COLUMN${unlessThere.part} email_domains ${newList("email_domains")}`],
    },
  ];
}
