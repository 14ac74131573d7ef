import type { Code, Company, Holder, Key, Product, Token, User } from "../core/wire.js";

// SQL that gives a row as the JSON of its record, one expression for each table. Joins and `RETURNING` select them, and
// nothing has to be put together from columns afterwards. In JSON an integer of 64 bits comes back as a number, whatever
// a driver makes of such columns.

/** How a database writes what the expressions are made of. */
export interface Dialect {
  /** The function from names and values to a JSON object, whose text is what is selected. */
  object(pairs: string): string;
  /** A boolean column as JSON. */
  flag(column: string): string;
  /** A column that holds a JSON array. */
  list(column: string): string;
  /** What stands before the name of a table. */
  schema: string;
}

/** The expressions in that dialect. */
export function recordsIn({ object, flag, list, schema }: Dialect) {
  const json = <Of>(members: Record<keyof Of, string>): string =>
    object(Object.entries<string>(members).flatMap(([name, value]) => [`'${name}'`, value]).join(", "));

  const COMPANY = json<Company>({
    id: "companies.id",
    name: "companies.name",
    domain: "companies.domain",
    email: "companies.email",
    products: list("companies.products"),
    accountType: "companies.account_type",
    domainOwnershipVerified: flag("companies.domain_ownership_verified"),
    domainMxVerified: flag("companies.domain_mx_verified"),
  });

  const KEY = json<Key>({
    id: "keys.id",
    digest: "keys.digest",
    companyId: "keys.company_id",
    status: "keys.status",
    expiresAt: "keys.expires_at",
  });

  const USER = json<User>({
    id: "users.id",
    companyId: "users.company_id",
    email: "users.email",
    loginId: "users.login_id",
    displayName: "users.display_name",
    isCreator: flag("users.is_creator"),
    isCompanyAdmin: flag("users.is_company_admin"),
    permissions: list("users.permissions"),
    passwordHash: "users.password_hash",
    credentialVersion: "users.credential_version",
    managedBy: "users.managed_by",
    status: "users.status",
    issuedAt: "users.issued_at",
  });

  const PRODUCT = json<Product>({
    name: "products.name",
    launchUrl: "products.launch_url",
    secretDigest: "products.secret_digest",
  });

  const TOKEN = json<Token>(tokenOf("tokens"));
  const CODE = json<Code>(tokenOf("codes"));

  /** The columns `user`, `company` and `key` of the row of `table` that is at hand, each `NULL` where there is none. */
  const holderOf = (table: "tokens" | "codes"): string =>
    `(SELECT ${USER} FROM ${schema}users WHERE users.id = ${table}.user_id) AS "user",
    (SELECT ${COMPANY} FROM ${schema}companies WHERE companies.id = ${table}.company_id) AS company,
    (SELECT ${KEY} FROM ${schema}keys WHERE keys.id = ${table}.key_id) AS key`;

  return { COMPANY, KEY, USER, PRODUCT, TOKEN, CODE, holderOf };
}

/** The record in a column that is not `NULL`. */
export function recordFrom<Of>(column: string): Of {
  return JSON.parse(column) as Of;
}

/** What `holderOf` selects. */
export interface HolderRow {
  user: string | null;
  company: string | null;
  key: string | null;
}

export function holderFrom({ user, company, key }: HolderRow): Holder | undefined {
  // Foreign keys keep a token from outliving its user or company.
  if (user === null || company === null) return undefined;
  return { user: recordFrom(user), company: recordFrom(company), key: key === null ? null : recordFrom(key) };
}

function tokenOf(table: "tokens" | "codes"): Record<keyof Token, string> {
  return {
    digest: `${table}.digest`,
    userId: `${table}.user_id`,
    companyId: `${table}.company_id`,
    keyId: `${table}.key_id`,
    credentialVersion: `${table}.credential_version`,
    product: `${table}.product`,
    expiresAt: `${table}.expires_at`,
  };
}
