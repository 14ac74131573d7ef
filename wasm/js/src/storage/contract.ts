import type {
  Attempt,
  Code,
  Company,
  Event,
  HashSwap,
  Holder,
  Key,
  KeyStatus,
  NewKey,
  NewUser,
  PasswordSwap,
  Product,
  ProductName,
  Token,
  User,
} from "../core/wire.js";

/**
 * What a handler needs of a database. Each method keeps the promise that `spec/storage.md` states for its call; every
 * write is one atomic statement. A method that throws (or rejects) has applied nothing: the client gets 503 and may
 * send the request again.
 */
export interface Storage {
  /** The key with this digest, whatever its status, and its company; `undefined` if there is none. */
  findKey(digest: string): Promise<KeyWithCompany | undefined>;
  /** The user of that company, found from the moment {@link createUser} reported it; `undefined` if there is none. */
  findUser(companyId: number, email: string): Promise<User | undefined>;
  /** The company with this domain (lower case); `undefined` if there is none. */
  findCompany(domain: string): Promise<Company | undefined>;
  /** The product of this name; `undefined` if it has no launch URL. */
  findProduct(name: ProductName): Promise<Product | undefined>;
  /** Inserts if the company has no user with this e-mail. Of concurrent calls exactly one creates. */
  createUser(user: NewUser): Promise<User | "exists">;
  /** Stores hash and `issuedAt` (`null` too) and returns the version raised by one, unless the version differs. */
  replacePassword(swap: PasswordSwap): Promise<number | "stale">;
  /** Stores a stronger hash of the same password; leaves version and `issuedAt` as they are. */
  rehashPassword(swap: HashSwap): Promise<"done" | "stale">;
  /** Durable when it returns. */
  saveToken(token: Token): Promise<void>;
  /** Durable when it returns. */
  saveCode(code: Code): Promise<void>;
  /** The token with this digest, also when it has expired, and its holder as it is now. Never from a lagging replica. */
  findToken(digest: string): Promise<TokenWithHolder | undefined>;
  /** Deletes the code with this digest and returns it. Of all callers ever, exactly one gets it. */
  takeCode(digest: string): Promise<CodeWithHolder | undefined>;
  /** Deletes the token with this digest, if there is one. */
  revokeToken(digest: string): Promise<void>;
  /** Counts an attempt; returns how many seconds it has to wait if it is over a limit. Without it there are none. */
  admit?(attempt: Attempt): Promise<{ retryAfter: number } | undefined>;
  /** Records an event. A failure changes no answer. */
  audit?(event: Event): Promise<void>;
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

/** A company to add; the database numbers it. */
export type NewCompany = Omit<Company, "id">;

/** What whoever runs the service needs of a database, and no request ever reaches. */
export interface OperatorStorage extends Pick<Storage, "audit"> {
  /** Adds a company unless one has its domain or its registered e-mail. */
  saveCompany(company: NewCompany): Promise<Company | "exists">;
  /** The company with this registered e-mail (canonical); `undefined` if there is none. */
  findCompanyByEmail(email: string): Promise<Company | undefined>;
  /** All companies in the order of their ids. */
  listCompanies(): Promise<Company[]>;
  /** Stores an enabled key and returns its new id. Durable when it returns. */
  saveKey(key: NewKey): Promise<number>;
  /** The company's keys in the order of their ids, whatever their status. */
  listKeys(companyId: number): Promise<Key[]>;
  /** Changes a key of that company unless it is revoked; returns whether it did. */
  setKeyStatus(companyId: number, keyId: number, status: KeyStatus): Promise<boolean>;
  /**
   * Changes a user of that company; returns whether there is one. Disabling raises the credential version in the same
   * statement: writes in flight lose, and older tokens stay dead when the user is enabled again.
   */
  setUserStatus(companyId: number, email: string, status: User["status"]): Promise<boolean>;
  /**
   * Changes who manages a user of that company; returns whether there is one. Raises the credential version in the same
   * statement, as disabling does.
   */
  setUserManager(companyId: number, email: string, managedBy: User["managedBy"]): Promise<boolean>;
  /** The company's users whose ids are greater than `after`, in the order of their ids, at most `limit` of them. */
  listUsers(companyId: number, after: number, limit: number): Promise<User[]>;
  /** Adds the product, or replaces the one of its name. */
  saveProduct(product: Product): Promise<void>;
  /** Deletes the tokens and codes that expire at `now` or before; returns how many they were. */
  purge(now: number): Promise<number>;
}
