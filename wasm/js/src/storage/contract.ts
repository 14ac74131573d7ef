import type {
  Attempt,
  Code,
  Company,
  CompanyMembers,
  Event,
  EventFilter,
  HashSwap,
  Holder,
  Key,
  KeyEnding,
  KeyRotation,
  KeyStatus,
  Manager,
  NewCompany,
  NewKey,
  NewProduct,
  NewUser,
  PasswordDisabling,
  PasswordSwap,
  Product,
  ProductName,
  ProductRotation,
  Status,
  StoredEvent,
  StoredKey,
  Token,
  User,
  UserMembers,
} from "../core/wire.js";
import type { Limit } from "./limit.js";

/** A record that may be absent. `null` and `undefined` say so alike. */
export type Found<Record> = Record | null | undefined;

/**
 * The storage that a handler needs. Each method keeps the promise that `spec/storage.md` states for its call; every
 * write is one atomic operation, and durable when it returns. A method that throws (or rejects) may have applied its write, or may still do so:
 * the client gets 503 and may send the request again. An error of the database is never answered as a lost race or an absence.
 *
 * A storage that keeps events stores the `event` of a write in the same operation, both or neither. One that keeps none
 * ignores it.
 */
export interface Storage {
  /** Returns the key with this digest, whatever its status, and its company. */
  findKey(digest: string): Promise<Found<KeyWithCompany>>;
  /** Returns the user of that company, found from the moment {@link createUser} reported it. */
  findUser(companyId: number, email: string): Promise<Found<User>>;
  /** Returns the company with this domain (lower case). */
  findCompany(domain: string): Promise<Found<Company>>;
  /** Returns the product of this name. */
  findProduct(name: ProductName): Promise<Found<Product>>;
  /**
   * Inserts if the company has no user with this e-mail; rejects if there is no such company. Of concurrent calls exactly one creates. The `userId` of the
   * event, if there is one, is the new user's.
   */
  createUser(user: NewUser, event: Event | null): Promise<User | "exists">;
  /** Stores the hash, `issuedAt` (`null` too) and the key, and returns the version raised by one, unless that differs. */
  replacePassword(swap: PasswordSwap): Promise<number | "stale">;
  /** Stores a stronger hash of the same password and leaves everything else as it is. */
  rehashPassword(swap: HashSwap): Promise<"done" | "stale">;
  /** Stores a token. The key's `lastUsedAt` becomes the event's `at`, unless a later one is stored, or one that is at most a minute earlier. */
  saveToken(token: Token, event: Event): Promise<void>;
  /** Stores a code, and the key's `lastUsedAt` likewise. */
  saveCode(code: Code, event: Event): Promise<void>;
  /** Returns the token with this digest, at least until it expires, and its holder as it is now. Never from a lagging replica. */
  findToken(digest: string): Promise<Found<TokenWithHolder>>;
  /** Deletes the code with this digest and returns it. Of all callers ever, exactly one gets it. */
  takeCode(digest: string): Promise<Found<CodeWithHolder>>;
  /** Deletes the token with this digest, if there is one. */
  revokeToken(digest: string): Promise<void>;
  /**
   * Counts an attempt; returns how many seconds it has to wait if it is over a limit. Without it there are none. `limit` is
   * the one that the server is set up with; a storage may have limits of its own.
   */
  admit?(attempt: Attempt, limit?: Limit): Promise<Found<{ retryAfter: number }>>;
  /** Takes the count of an admitted attempt back, whose password has matched. A failure changes no answer. */
  giveBack?(attempt: Attempt, limit?: Limit): Promise<void>;
  /** Stores an event that comes with no write. A failure changes no answer. */
  audit?(event: Event): Promise<void>;
  /** Writes one row that nothing reads, as durably as a token; rejects where no sign-on could be written now. No request leads to it. */
  probe?(): Promise<void>;
}

/** A key and the company that it belongs to. */
export interface KeyWithCompany {
  key: Key;
  company: Company;
}

/** A token and whom it stands for. */
export interface TokenWithHolder {
  token: Token;
  holder: Holder;
}

/** A code and whom it stands for. */
export interface CodeWithHolder {
  code: Code;
  holder: Holder;
}

/**
 * The storage that the operator's commands need. Each method keeps the promise that `spec/storage.md` states for its
 * call. The `event` of a change is stored as {@link Storage} says; where the change makes a new record, the event's id of
 * that record is `null`, and the storage puts the new id in its place.
 */
export interface OperatorStorage extends Pick<Storage, "findUser" | "createUser" | "audit"> {
  /** Returns the company with this registered e-mail (canonical). */
  findCompanyByEmail(email: string): Promise<Found<Company>>;
  /** Adds a company unless one has its domain or its registered e-mail. */
  createCompany(company: NewCompany, event: Event): Promise<Company | "exists">;
  /** Returns the first `limit` companies (1 to 500) whose ids are greater than `after`, or all, in the order of their ids. */
  listCompanies(after: number, limit: number): Promise<Company[]>;
  /**
   * Changes a company; returns whether there is one. Disabling raises the credential version of each of its users in the
   * same operation.
   */
  setCompanyStatus(companyId: number, status: Status, event: Event): Promise<boolean>;
  /** Sets the members of a company that are not `null`; returns whether there is one. */
  setCompany(companyId: number, members: CompanyMembers, event: Event): Promise<boolean>;
  /** Stores an enabled key and returns its new id; rejects if there is no such company. */
  saveKey(key: NewKey, event: Event): Promise<number>;
  /**
   * Stores an enabled key, revokes the one that it replaces if that is asked for, and returns the new id. Does nothing
   * where the company has no key `keyId`, or that is revoked.
   */
  rotateKey(rotation: KeyRotation, event: Event): Promise<Found<number>>;
  /** Returns the company's keys, whatever their status, and when each was issued and last used, in pages as {@link listCompanies}. */
  listKeys(companyId: number, after: number, limit: number): Promise<StoredKey[]>;
  /** Changes a key of that company unless it is revoked; returns whether it did. */
  setKeyStatus(companyId: number, keyId: number, status: KeyStatus, event: Event): Promise<boolean>;
  /**
   * Revokes the key, stores `passwordHash` for each user of the company whose password it set, and `null` as `issuedAt` and
   * `passwordKeyId`, and raises their versions. Returns their number; nothing where the company has no such key.
   */
  endKey(ending: KeyEnding, event: Event): Promise<Found<number>>;
  /** Raises the credential version of the user, or of all of the company's if that is `null`; returns whether there is one. */
  signOut(companyId: number, userId: number | null, event: Event): Promise<boolean>;
  /**
   * Deletes a company with its keys, users, tokens and codes; returns whether there was one. Events stay as they are, and no id is
   * given again.
   */
  deleteCompany(companyId: number, event: Event): Promise<boolean>;
  /** Returns the company's users, in pages as {@link listCompanies}. */
  listUsers(companyId: number, after: number, limit: number): Promise<User[]>;
  /**
   * Changes a user of that company; returns whether there is one. Disabling raises the credential version in the same
   * operation: writes in flight lose, and older tokens stay dead when the user is enabled again.
   */
  setUserStatus(companyId: number, userId: number, status: Status, event: Event): Promise<boolean>;
  /**
   * Changes who manages a user of that company; returns whether there is one. Raises the credential version in the same
   * operation, as disabling does.
   */
  setUserManager(companyId: number, userId: number, managedBy: Manager, event: Event): Promise<boolean>;
  /** Sets the members of a user of that company that are not `null`; returns whether there is one. The version stays. */
  setUser(companyId: number, userId: number, members: UserMembers, event: Event): Promise<boolean>;
  /**
   * Gives a user of that company the e-mail (canonical), and raises the credential version in the same operation. Does nothing
   * where a different user of the company has it.
   */
  setUserEmail(companyId: number, userId: number, email: string, event: Event): Promise<"done" | "none" | "exists">;
  /** Deletes a user of that company, with the tokens and codes, as {@link deleteCompany} does. */
  deleteUser(companyId: number, userId: number, event: Event): Promise<boolean>;
  /**
   * Stores `passwordHash` for a user of that company whose hash is `expectedHash`, and `null` as `issuedAt` and
   * `passwordKeyId`. Raises the credential version in the same operation.
   */
  disablePassword(disabling: PasswordDisabling, event: Event): Promise<"done" | "stale">;
  /** Returns all products, in the order of their names. */
  listProducts(): Promise<Product[]>;
  /** Adds the product without a previous secret. Stores the URL alone, and answers `exists`, where the product is there. */
  saveProduct(product: NewProduct, event: Event): Promise<"done" | "exists">;
  /**
   * Stores the new secret of a product; returns whether there is one. The secret that it had becomes the previous one and
   * ends then, or is gone where that is `null`.
   */
  rotateProduct(rotation: ProductRotation, event: Event): Promise<boolean>;
  /** Deletes the tokens and codes that expire at `now` or before; returns how many it deleted, 0 where the database does it by itself. */
  purge(now: number): Promise<number>;
  /** Returns the stored events that fit, in pages as {@link listCompanies}; none where events are not kept. */
  listEvents(filter: EventFilter, after: number, limit: number): Promise<StoredEvent[]>;
  /** Deletes the events of before a time, stores `event`, and returns how many it deleted. */
  purgeEvents(before: number, event: Event): Promise<number>;
}
