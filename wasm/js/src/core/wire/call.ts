// The calls of `spec/storage.md` and their replies, as they cross the border of the core.

import type { Event, Purpose } from "./event.js";
import type { OperatorCalls, OperatorReplies } from "./operator.js";
import type { Code, Company, Holder, Key, NewUser, Product, ProductName, Token, User } from "./record.js";

/** An attempt that a limit may refuse. */
export interface Attempt {
  purpose: Purpose;
  /** The client's address, if the host supplies it. */
  source: string | null;
  /** Whom the attempt concerns: a key's digest, a domain with an e-mail, or a company id with a user id, for `local` after a key's. */
  subject: string;
}

/** A compare-and-swap of a password hash: it applies only to the user of that company at that version. */
export interface HashSwap {
  companyId: number;
  userId: number;
  expectedVersion: number;
  passwordHash: string;
}

/** A compare-and-swap that stores a different password, when the partner set it, and the key by which it came. */
export interface PasswordSwap extends HashSwap {
  issuedAt: number | null;
  passwordKeyId: number;
}

/** On whose behalf a hash is computed. A host may share its hashing fairly by it; the answer is the same. */
export interface Behalf {
  /** True for a request with a valid key and for the operator. */
  keyed: boolean;
  /** The company's id, once it is known. */
  companyId: number | null;
}

/** The members of each call. */
export interface Calls extends OperatorCalls {
  admit: Attempt;
  give_back: Attempt;
  find_key: { digest: string };
  find_user: { companyId: number; email: string };
  find_company: { domain: string };
  find_product: { name: ProductName };
  verify_password: { password: string; passwordHash: string } & Behalf;
  hash_password: {
    password: string;
    /** 16 bytes as 32 hexadecimal digits. */
    salt: string;
  } & Behalf;
  create_user: {
    user: NewUser;
    /** `null` in a request, whose event comes with the token or the code. */
    event: Event | null;
  };
  replace_password: PasswordSwap;
  rehash_password: HashSwap;
  save_token: { token: Token; event: Event };
  save_code: { code: Code; event: Event };
  find_token: { digest: string };
  take_code: { digest: string };
  revoke_token: { digest: string };
  audit: { event: Event };
}

/** The replies that fit each call, besides {@link Failed}. */
export interface Replies extends OperatorReplies {
  admit: { reply: "admitted" } | { reply: "retry_after"; seconds: number };
  give_back: Done;
  find_key: { reply: "key"; key: Key; company: Company } | None;
  find_user: { reply: "user"; user: User } | None;
  find_company: { reply: "company"; company: Company } | None;
  find_product: { reply: "product"; product: Product } | None;
  verify_password: { reply: "match" } | { reply: "no_match" } | { reply: "unreadable" } | Overloaded;
  hash_password: { reply: "hashed"; passwordHash: string } | Overloaded;
  create_user: { reply: "created"; user: User } | Exists;
  replace_password: { reply: "replaced"; credentialVersion: number } | Stale;
  rehash_password: Done | Stale;
  save_token: Done;
  save_code: Done;
  find_token: { reply: "token"; token: Token; holder: Holder } | None;
  take_code: { reply: "code"; code: Code; holder: Holder } | None;
  revoke_token: Done;
  audit: Done;
}

/** It is done, durably. */
export interface Done {
  reply: "done";
}

/** There is no such record. */
export interface None {
  reply: "none";
}

/** A record of that name is there already. */
export interface Exists {
  reply: "exists";
}

/** The credential version is a different one by now. */
export interface Stale {
  reply: "stale";
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

/** An answer with which the core is resumed: `{"reply":"none"}`. */
export type Reply<Name extends CallName = CallName> = { [N in Name]: Replies[N] | Failed }[Name];
