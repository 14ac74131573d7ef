import type { Code, Company, Event, Key, Product, StoredKey, Token, User } from "../core/wire.js";

// The columns of every table. A new member of a record is added here and in a migration.

/** The way in which a member is kept: `plain` as it is, `flag` as a boolean, `nested` as the text of JSON. */
export type Kind = "plain" | "flag" | "nested";

/** A table with one row for each record. A column has the name of its member in snake case. */
export interface Table<Row> {
  readonly name: string;
  readonly columns: Readonly<Record<keyof Row, Kind>>;
}

export const COMPANIES: Table<Company> = {
  name: "companies",
  columns: {
    id: "plain",
    name: "plain",
    domain: "plain",
    email: "plain",
    products: "nested",
    emailDomains: "nested",
    accountType: "plain",
    domainOwnershipVerified: "flag",
    domainMxVerified: "flag",
    status: "plain",
  },
};

export const KEYS: Table<Key> = {
  name: "keys",
  columns: { id: "plain", digest: "plain", companyId: "plain", status: "plain", expiresAt: "plain" },
};

/** The members of a key that lists have besides. */
export const KEY_TIMES: Table<Key & Pick<StoredKey, "createdAt" | "lastUsedAt">> = {
  name: "keys",
  columns: { ...KEYS.columns, createdAt: "plain", lastUsedAt: "plain" },
};

export const USERS: Table<User> = {
  name: "users",
  columns: {
    id: "plain",
    companyId: "plain",
    email: "plain",
    loginId: "plain",
    displayName: "plain",
    isCreator: "flag",
    isCompanyAdmin: "flag",
    permissions: "nested",
    passwordHash: "plain",
    credentialVersion: "plain",
    managedBy: "plain",
    status: "plain",
    issuedAt: "plain",
    passwordKeyId: "plain",
  },
};

export const PRODUCTS: Table<Product> = {
  name: "products",
  columns: {
    name: "plain",
    launchUrl: "plain",
    secretDigest: "plain",
    previousSecretDigest: "plain",
    previousSecretExpiresAt: "plain",
  },
};

const TOKEN: Table<Token>["columns"] = {
  digest: "plain",
  userId: "plain",
  companyId: "plain",
  keyId: "plain",
  credentialVersion: "plain",
  product: "plain",
  expiresAt: "plain",
};

export const TOKENS: Table<Token> = { name: "tokens", columns: TOKEN };

export const CODES: Table<Code> = { name: "codes", columns: TOKEN };

/** The attempts that count. `made` are so many until `expiresAt`. */
export const ATTEMPTS: Table<{ digest: string; made: number; expiresAt: number }> = {
  name: "attempts",
  columns: { digest: "plain", made: "plain", expiresAt: "plain" },
};

export const EVENTS: Table<Event> = {
  name: "events",
  columns: {
    kind: "plain",
    reason: "plain",
    at: "plain",
    source: "plain",
    companyId: "plain",
    keyId: "plain",
    userId: "plain",
    product: "plain",
    fault: "nested",
  },
};

/** Returns the name of a member's column. */
export function columnOf(member: string): string {
  return member.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}
