// The records of `spec/storage.md`. Ids and versions are integers from 1 to 9007199254740991, times are milliseconds since
// 1970, digests are SHA-256 as 64 lower-case hexadecimal digits.

/** The name of a product: 1 to 32 lower-case letters, digits and hyphens. */
export type ProductName = string;

/** Users sign on only where they and their company are enabled. */
export type Status = "enabled" | "disabled";

/** A partner: a company with users of its own. */
export interface Company {
  id: number;
  /** As shown to people; the `companyName` of an answer. */
  name: string;
  /** The `companyDomain` of an answer, in lower case. Unique among companies. */
  domain: string;
  /** The registered address, canonical (lower case). Unique among companies. */
  email: string;
  /** The products to which the company's users may sign on. */
  products: ProductName[];
  /** The domains, in lower case, of the e-mails with which the partner may create users; all domains where it is empty. */
  emailDomains: string[];
  /** As in the answer, for example `ENTERPRISE`. */
  accountType: string;
  domainOwnershipVerified: boolean;
  domainMxVerified: boolean;
  /** While it is disabled, its keys, its users' sign-ins, its tokens and its codes are refused. */
  status: Status;
}

/** A company to create, as far as the core knows it. The host adds a new id, both flags false and the status `enabled`. */
export type NewCompany = Pick<Company, "name" | "domain" | "email" | "products" | "emailDomains" | "accountType">;

/** Only an enabled key is accepted; the other two are refused alike. */
export type KeyStatus = Status | "revoked";

/** A key as it is stored: its digest. The key itself is stored nowhere. */
export interface Key {
  id: number;
  /** Unique among keys. */
  digest: string;
  companyId: number;
  status: KeyStatus;
  /** The key is refused from this time on; `null` for never. */
  expiresAt: number | null;
}

/** A key to store, as far as the core knows it. The host adds a new id and the status `enabled`. */
export type NewKey = Pick<Key, "digest" | "companyId" | "expiresAt">;

/** A user of one company. Identity is (company, e-mail), never the e-mail alone. */
export interface User {
  id: number;
  companyId: number;
  /** Canonical (lower case). Unique within the company. */
  email: string;
  loginId: string;
  displayName: string;
  isCreator: boolean;
  isCompanyAdmin: boolean;
  permissions: string[];
  /** Argon2id as a PHC string. */
  passwordHash: string;
  /** Rises by one with every replaced password, which ends the tokens that bear an older one. */
  credentialVersion: number;
  managedBy: Manager;
  status: Status;
  /** The time at which the stored password was set at the partner, if the partner said so. */
  issuedAt: number | null;
  /** The key by which the stored password was set; `null` where none was. */
  passwordKeyId: number | null;
}

/** The one whose password counts: the partner's, or the one that is managed here and never replaced by a sign-on. */
export type Manager = "partner" | "local";

/**
 * A user to create, as far as the core knows it. The host adds a new id, `loginId` and `displayName` equal to the e-mail, both
 * flags false, no permissions, credential version 1 and the status `enabled`.
 */
export type NewUser = Pick<User, "companyId" | "email" | "passwordHash" | "managedBy" | "issuedAt" | "passwordKeyId">;

/** A key in a list. Times are in milliseconds since 1970. */
export interface StoredKey extends Omit<Key, "digest"> {
  /** The time at which it was issued; `null` where the storage does not know it. */
  createdAt: number | null;
  /** The time of its last success, at most a minute early; `null` if there was none. */
  lastUsedAt: number | null;
}

/** A product that users are launched into. */
export interface Product {
  name: ProductName;
  /** `http` or `https`, graphic ASCII, no fragment. A launch appends the query parameter `code` to it. */
  launchUrl: string;
  /** The digest of the secret with which the product exchanges codes. */
  secretDigest: string;
  /** The digest of the secret before this one. It counts until {@link previousSecretExpiresAt}. */
  previousSecretDigest: string | null;
  /** The end of the previous secret. If this or the digest is `null`, no previous secret is accepted. */
  previousSecretExpiresAt: number | null;
}

/** A product to store. One that is there gets the URL alone. */
export type NewProduct = Pick<Product, "name" | "launchUrl" | "secretDigest">;

/** A new secret of a product. The one that it had becomes the previous one with that end, or is gone where that is `null`. */
export type ProductRotation = Pick<Product, "name" | "secretDigest" | "previousSecretExpiresAt">;

/** A token as it is stored: its digest, and what it stands for. */
export interface Token {
  digest: string;
  userId: number;
  companyId: number;
  /** The key of the sign-on; `null` after a direct sign-in. */
  keyId: number | null;
  credentialVersion: number;
  /** `null` after a direct sign-in that named none. */
  product: ProductName | null;
  expiresAt: number;
}

/** A launch code as it is stored: its digest, and what it stands for. It is taken once. */
export interface Code extends Token {
  keyId: number;
  product: ProductName;
}

/** The records of a token's or code's user, company and key, as they are now. */
export interface Holder {
  user: User;
  company: Company;
  /** `null` where the token or code has none. */
  key: Key | null;
}
