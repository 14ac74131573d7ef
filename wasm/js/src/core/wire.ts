// The records, calls and replies of `spec/storage.md`, as they cross the border of the core. Ids and versions are
// integers from 1 to 9007199254740991, times are milliseconds since 1970, digests are SHA-256 as 64 lower-case
// hexadecimal digits.

/** The products of the format, in its spelling and order. */
export const PRODUCTS = ["accounts", "livechat", "email", "meeting", "groupchat", "remote"] as const;

/** The name of a product. */
export type ProductName = (typeof PRODUCTS)[number];

/** A partner: a company with users of its own. */
export interface Company {
  id: number;
  /** As shown to people; the `companyName` of an answer. */
  name: string;
  /** The `companyDomain` of an answer, in lower case. Unique among companies. */
  domain: string;
  /** The registered address, canonical (lower case). Unique among companies. */
  email: string;
  /** What the company's users may sign on to. */
  products: ProductName[];
  /** As in the answer, for example `ENTERPRISE`. */
  accountType: string;
  domainOwnershipVerified: boolean;
  domainMxVerified: boolean;
}

/** Only an enabled key is accepted; the other two are refused alike. */
export type KeyStatus = "enabled" | "disabled" | "revoked";

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

/** What the core knows of a key to store. The host adds a new id and the status `enabled`. */
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
  /** Whose password counts: the partner's, or the one that is managed here and never replaced by a sign-on. */
  managedBy: "partner" | "local";
  status: "enabled" | "disabled";
  /** When the stored password was set at the partner, if the partner said so. */
  issuedAt: number | null;
}

/**
 * What the core knows of a user to create. The host adds a new id, `loginId` and `displayName` equal to the e-mail, all
 * flags false, no permissions, credential version 1, managed by `partner`, enabled.
 */
export type NewUser = Pick<User, "companyId" | "email" | "passwordHash" | "issuedAt">;

/** A product that users are launched into. */
export interface Product {
  name: ProductName;
  /** `http` or `https`, graphic ASCII, no fragment. A launch appends the query parameter `code` to it. */
  launchUrl: string;
  /** The digest of the secret with which the product exchanges codes. */
  secretDigest: string;
}

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

/** Why an event happened, by its kind. */
export interface EventReasons {
  rate_limited: Purpose;
  key_refused: "malformed" | "unknown" | "disabled" | "revoked" | "expired";
  access_denied: "product" | "user";
  sign_in_refused: "company" | "user" | "password" | "disabled" | "unreadable";
  hash_unreadable: null;
  host_fault: "wrong_record";
}

/** An audit event. It holds no secret and nothing that was typed in. */
export type Event<Kind extends keyof EventReasons = keyof EventReasons> = {
  [K in Kind]: {
    kind: K;
    reason?: EventReasons[K] | null;
    at: number;
    /** The client's address, if the host supplies it. */
    source: string | null;
    companyId: number | null;
    keyId: number | null;
    userId: number | null;
  };
}[Kind];

/** What an attempt is counted as. */
export type Purpose = "sign_on" | "direct" | "replacement";

/** An attempt that a limit may refuse. */
export interface Attempt {
  purpose: Purpose;
  /** The client's address, if the host supplies it. */
  source: string | null;
  /** Whom the attempt concerns: a key's digest, a domain with an e-mail, or a company id with a user id. */
  subject: string;
}

/** A compare-and-swap of a password hash: it applies only to the user of that company at that version. */
export interface HashSwap {
  companyId: number;
  userId: number;
  expectedVersion: number;
  passwordHash: string;
}

/** A compare-and-swap that stores another password, and when the partner set it. */
export interface PasswordSwap extends HashSwap {
  issuedAt: number | null;
}

/** The members of each call. */
export interface Calls {
  admit: Attempt;
  find_key: { digest: string };
  find_user: { companyId: number; email: string };
  find_company: { domain: string };
  find_product: { name: ProductName };
  verify_password: { password: string; passwordHash: string };
  hash_password: {
    password: string;
    /** 16 bytes as 32 hexadecimal digits. */
    salt: string;
  };
  create_user: { user: NewUser };
  replace_password: PasswordSwap;
  rehash_password: HashSwap;
  save_token: { token: Token };
  save_code: { code: Code };
  find_token: { digest: string };
  take_code: { digest: string };
  revoke_token: { digest: string };
  audit: { event: Event };
  find_company_by_email: { email: string };
  save_key: { key: NewKey };
  list_keys: { companyId: number };
  set_key_status: { companyId: number; keyId: number; status: KeyStatus };
}

/** The replies that fit each call, besides {@link Failed}. */
export interface Replies {
  admit: { reply: "admitted" } | { reply: "retry_after"; seconds: number };
  find_key: { reply: "key"; key: Key; company: Company } | None;
  find_user: { reply: "user"; user: User } | None;
  find_company: { reply: "company"; company: Company } | None;
  find_product: { reply: "product"; product: Product } | None;
  verify_password: { reply: "match" } | { reply: "no_match" } | { reply: "unreadable" } | Overloaded;
  hash_password: { reply: "hashed"; passwordHash: string } | Overloaded;
  create_user: { reply: "created"; user: User } | { reply: "exists" };
  replace_password: { reply: "replaced"; credentialVersion: number } | { reply: "stale" };
  rehash_password: Done | { reply: "stale" };
  save_token: Done;
  save_code: Done;
  find_token: { reply: "token"; token: Token; holder: Holder } | None;
  take_code: { reply: "code"; code: Code; holder: Holder } | None;
  revoke_token: Done;
  audit: Done;
  find_company_by_email: { reply: "company"; company: Company } | None;
  save_key: { reply: "saved_key"; keyId: number };
  list_keys: { reply: "keys"; keys: Key[] };
  set_key_status: Done | None;
}

/** It is done, durably. */
export interface Done {
  reply: "done";
}

/** There is no such record. */
export interface None {
  reply: "none";
}

/** Hashing that cannot be had now; worth another try after `seconds`. */
export interface Overloaded {
  reply: "overloaded";
  seconds: number;
}

/** A call that could not be carried out: nothing of it was applied. */
export interface Failed {
  reply: "failed";
}

/** The name of a call. */
export type CallName = keyof Calls;

/** One request of the core to its host: `{"call":"find_key","digest":"…"}`. */
export type Call<Name extends CallName = CallName> = { [N in Name]: { call: N } & Calls[N] }[Name];

/** What the core is resumed with: `{"reply":"none"}`. */
export type Reply<Name extends CallName = CallName> = { [N in Name]: Replies[N] | Failed }[Name];

/** An order of the operator's: `{"command":"list_keys","email":"it@partner.example"}`. The e-mail is the company's. */
export type Command =
  | { command: "issue_key"; email: string; expiresAt: number | null }
  | { command: "list_keys"; email: string }
  | { command: "set_key_status"; email: string; keyId: number; status: KeyStatus };
