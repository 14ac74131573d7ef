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
import type { CodeWithHolder, KeyWithCompany, OperatorStorage, Storage, TokenWithHolder } from "./contract.js";
import { digestOf, type Limit, refusedUntil } from "./limit.js";
import { firstCompanyValues, firstKeyValues, firstUserValues } from "./new-record.js";

/** Everything that a storage holds. */
export interface Contents {
  companies: Company[];
  keys: Key[];
  /** The times of each key that was stored or used since. */
  keyTimes: ({ keyId: number } & Pick<StoredKey, "createdAt" | "lastUsedAt">)[];
  users: User[];
  tokens: Token[];
  codes: Code[];
  products: Product[];
  events: Event[];
}

/** A storage in memory, for tests and for trying things out. All is lost when the process ends. */
export interface MemoryStorage extends Storage, OperatorStorage {
  audit(event: Event): Promise<void>;
  /** Returns a copy of all that is stored. */
  dump(): Contents;
}

/**
 * A storage in memory that begins with a copy of `initial`, or empty.
 *
 * Each method does its whole work before it returns, so none can come between another's reading and writing.
 */
export function memoryStorage(initial: Partial<Contents> = {}): MemoryStorage {
  const contents: Contents = {
    companies: [],
    keys: [],
    keyTimes: [],
    users: [],
    tokens: [],
    codes: [],
    products: [],
    events: [],
    ...structuredClone(initial),
  };
  const { companies, keys, keyTimes, users, tokens, codes, products, events } = contents;

  // An id that an event names is not given again either.
  const nextId = {
    company: idsAfter(companies, events, "companyId"),
    key: idsAfter(keys, events, "keyId"),
    user: idsAfter(users, events, "userId"),
  };

  const userAt = ({ companyId, userId, expectedVersion }: HashSwap) =>
    users.find((user) => user.id === userId && user.companyId === companyId && user.credentialVersion === expectedVersion);

  const userOf = (companyId: number, userId: number) => users.find((user) => user.id === userId && user.companyId === companyId);

  /** A revoked key is there no more. */
  const keyOf = (companyId: number, keyId: number) =>
    keys.find((key) => key.id === keyId && key.companyId === companyId && key.status !== "revoked");

  const holderOf = ({ userId, companyId, keyId }: Token): Holder | undefined => {
    const user = userOf(companyId, userId);
    const company = companies.find(({ id }) => id === companyId);
    const key = keys.find((key) => key.id === keyId && key.companyId === companyId) ?? null;
    return user && company && (key || keyId === null) ? { user, company, key } : undefined;
  };

  /** Records the success of a token's or code's key. */
  const use = ({ keyId }: Token, { at }: Event): void => {
    if (keyId === null) return;
    const times = keyTimes.find((times) => times.keyId === keyId);
    if (times === undefined) keyTimes.push({ keyId, createdAt: null, lastUsedAt: at });
    else times.lastUsedAt = Math.max(times.lastUsedAt ?? at, at);
  };

  const attempts = new Map<string, { made: number; expiresAt: number }>();

  /** The ids of the events. The records themselves have none. */
  const eventIds = new WeakMap<Event, number>(events.map((event, index) => [event, index + 1]));
  let lastEvent = events.length;

  const record = (event: Event): void => {
    const stored = structuredClone(event);
    lastEvent += 1;
    eventIds.set(stored, lastEvent);
    events.push(stored);
  };

  /** Like a database's foreign key it refuses a record of no company. */
  const requireCompany = (companyId: number): void => {
    if (!companies.some(({ id }) => id === companyId)) throw new Error(`there is no company ${companyId}`);
  };

  /** Sets the members that are not `null`. */
  const set = (stored: Company | User | undefined, members: CompanyMembers | UserMembers, event: Event): boolean => {
    if (stored === undefined) return false;
    const given = Object.entries(members).filter(([, value]) => value !== null);
    Object.assign(stored, structuredClone(Object.fromEntries(given)));
    record(event);
    return true;
  };

  const saveKey = (key: NewKey, event: Event): number => {
    requireCompany(key.companyId);
    const id = nextId.key();
    insert(keys, { id, ...firstKeyValues(key) });
    keyTimes.push({ keyId: id, createdAt: event.at, lastUsedAt: null });
    record({ ...event, keyId: id });
    return id;
  };

  return {
    async findKey(digest): Promise<KeyWithCompany | undefined> {
      const key = keys.find((key) => key.digest === digest);
      const company = companies.find(({ id }) => id === key?.companyId);
      return key && company && structuredClone({ key, company });
    },

    async findUser(companyId: number, email: string): Promise<User | undefined> {
      return structuredClone(users.find((user) => user.companyId === companyId && user.email === email));
    },

    async findCompany(domain: string): Promise<Company | undefined> {
      return structuredClone(companies.find((company) => company.domain === domain));
    },

    async findProduct(name: ProductName): Promise<Product | undefined> {
      return structuredClone(products.find((product) => product.name === name));
    },

    async createUser(draft: NewUser, event: Event | null): Promise<User | "exists"> {
      const { companyId, email } = draft;
      requireLowerCase(email);
      requireCompany(companyId);
      if (users.some((user) => user.companyId === companyId && user.email === email)) return "exists";
      const user = { id: nextId.user(), ...firstUserValues(draft) };
      users.push(user);
      if (event !== null) record({ ...event, userId: user.id });
      return structuredClone(user);
    },

    async replacePassword(swap: PasswordSwap): Promise<number | "stale"> {
      const user = userAt(swap);
      if (user === undefined) return "stale";
      user.passwordHash = swap.passwordHash;
      user.issuedAt = swap.issuedAt;
      user.passwordKeyId = swap.passwordKeyId;
      user.credentialVersion += 1;
      return user.credentialVersion;
    },

    async rehashPassword(swap: HashSwap): Promise<"done" | "stale"> {
      const user = userAt(swap);
      if (user === undefined) return "stale";
      user.passwordHash = swap.passwordHash;
      return "done";
    },

    async saveToken(token: Token, event: Event): Promise<void> {
      insert(tokens, token);
      use(token, event);
      record(event);
    },

    async saveCode(code: Code, event: Event): Promise<void> {
      insert(codes, code);
      use(code, event);
      record(event);
    },

    async findToken(digest: string): Promise<TokenWithHolder | undefined> {
      const token = tokens.find((token) => token.digest === digest);
      const holder = token && holderOf(token);
      return holder && structuredClone({ token, holder });
    },

    async takeCode(digest: string): Promise<CodeWithHolder | undefined> {
      const [code] = remove(codes, (code) => code.digest === digest);
      const holder = code && holderOf(code);
      return holder && structuredClone({ code, holder });
    },

    async revokeToken(digest: string): Promise<void> {
      remove(tokens, (token) => token.digest === digest);
    },

    async audit(event: Event): Promise<void> {
      record(event);
    },

    async admit(attempt: Attempt, limit?: Limit): Promise<{ retryAfter: number } | undefined> {
      if (limit === undefined) return undefined;
      const digest = await digestOf(attempt);
      const now = Date.now();
      const counted = attempts.get(digest);
      if (counted === undefined || counted.expiresAt <= now || counted.expiresAt > now + 2 * limit.window) {
        attempts.set(digest, { made: 1, expiresAt: now + limit.window });
        return undefined;
      }
      if (counted.made >= limit.attempts) return refusedUntil(counted.expiresAt, now);
      counted.made += 1;
      return undefined;
    },

    async giveBack(attempt: Attempt, limit?: Limit): Promise<void> {
      if (limit === undefined) return;
      const counted = attempts.get(await digestOf(attempt));
      if (counted !== undefined && counted.made > 0) counted.made -= 1;
    },

    async findCompanyByEmail(email: string): Promise<Company | undefined> {
      return structuredClone(companies.find((company) => company.email === email));
    },

    async createCompany(draft: NewCompany, event: Event): Promise<Company | "exists"> {
      requireLowerCase(draft.domain, draft.email);
      if (companies.some(({ domain, email }) => domain === draft.domain || email === draft.email)) return "exists";
      const company = { id: nextId.company(), ...firstCompanyValues(draft) };
      companies.push(company);
      record({ ...event, companyId: company.id });
      return structuredClone(company);
    },

    async listCompanies(after: number, limit: number): Promise<Company[]> {
      return page(companies, after, limit);
    },

    async setCompanyStatus(companyId: number, status: Status, event: Event): Promise<boolean> {
      const company = companies.find(({ id }) => id === companyId);
      if (company === undefined) return false;
      company.status = status;
      if (status === "disabled") {
        for (const user of users) if (user.companyId === companyId) user.credentialVersion += 1;
      }
      record(event);
      return true;
    },

    async setCompany(companyId: number, members: CompanyMembers, event: Event): Promise<boolean> {
      return set(
        companies.find(({ id }) => id === companyId),
        members,
        event,
      );
    },

    async saveKey(key: NewKey, event: Event): Promise<number> {
      return saveKey(key, event);
    },

    async rotateKey({ companyId, keyId, key, revoke }: KeyRotation, event: Event): Promise<number | undefined> {
      const replaced = keyOf(companyId, keyId);
      if (replaced === undefined) return undefined;
      const id = saveKey(key, event);
      if (revoke) replaced.status = "revoked";
      return id;
    },

    async listKeys(companyId: number, after: number, limit: number): Promise<StoredKey[]> {
      const stored = keys.filter((key) => key.companyId === companyId);
      return page(stored, after, limit).map(({ digest: _, ...key }) => {
        const { createdAt = null, lastUsedAt = null } = keyTimes.find(({ keyId }) => keyId === key.id) ?? {};
        return { ...key, createdAt, lastUsedAt };
      });
    },

    async setKeyStatus(companyId: number, keyId: number, status: KeyStatus, event: Event): Promise<boolean> {
      const key = keyOf(companyId, keyId);
      if (key === undefined) return false;
      key.status = status;
      record(event);
      return true;
    },

    async endKey({ companyId, keyId, passwordHash }: KeyEnding, event: Event): Promise<number | undefined> {
      const key = keys.find((key) => key.id === keyId && key.companyId === companyId);
      if (key === undefined) return undefined;
      key.status = "revoked";
      const ended = users.filter((user) => user.companyId === companyId && user.passwordKeyId === keyId);
      for (const user of ended) {
        const credentialVersion = user.credentialVersion + 1;
        Object.assign(user, { passwordHash, issuedAt: null, passwordKeyId: null, credentialVersion });
      }
      record(event);
      return ended.length;
    },

    async signOut(companyId: number, userId: number | null, event: Event): Promise<boolean> {
      const leaving = users.filter((user) => user.companyId === companyId && (userId ?? user.id) === user.id);
      if (userId === null ? !companies.some(({ id }) => id === companyId) : leaving.length === 0) return false;
      for (const user of leaving) user.credentialVersion += 1;
      record(event);
      return true;
    },

    async deleteCompany(companyId: number, event: Event): Promise<boolean> {
      const isOf = (row: { companyId: number }) => row.companyId === companyId;
      if (remove(companies, ({ id }) => id === companyId).length === 0) return false;
      const ids = remove(keys, isOf).map(({ id }) => id);
      remove(keyTimes, ({ keyId }) => ids.includes(keyId));
      for (const rows of [users, tokens, codes]) remove<{ companyId: number }>(rows, isOf);
      record(event);
      return true;
    },

    async listUsers(companyId: number, after: number, limit: number): Promise<User[]> {
      return page(
        users.filter((user) => user.companyId === companyId),
        after,
        limit,
      );
    },

    async setUserStatus(companyId: number, userId: number, status: Status, event: Event): Promise<boolean> {
      const user = userOf(companyId, userId);
      if (user === undefined) return false;
      user.status = status;
      if (status === "disabled") user.credentialVersion += 1;
      record(event);
      return true;
    },

    async setUserManager(companyId: number, userId: number, managedBy: Manager, event: Event): Promise<boolean> {
      const user = userOf(companyId, userId);
      if (user === undefined) return false;
      user.managedBy = managedBy;
      user.credentialVersion += 1;
      record(event);
      return true;
    },

    async setUser(companyId: number, userId: number, members: UserMembers, event: Event): Promise<boolean> {
      return set(userOf(companyId, userId), members, event);
    },

    async setUserEmail(companyId: number, userId: number, email: string, event: Event): Promise<"done" | "none" | "exists"> {
      requireLowerCase(email);
      const user = userOf(companyId, userId);
      if (user === undefined) return "none";
      if (users.some((other) => other !== user && other.companyId === companyId && other.email === email)) return "exists";
      user.email = email;
      user.credentialVersion += 1;
      record(event);
      return "done";
    },

    async deleteUser(companyId: number, userId: number, event: Event): Promise<boolean> {
      const user = userOf(companyId, userId);
      if (user === undefined) return false;
      remove(users, (row) => row === user);
      for (const rows of [tokens, codes]) remove<Token>(rows, (row) => row.companyId === companyId && row.userId === userId);
      record(event);
      return true;
    },

    async disablePassword(disabling: PasswordDisabling, event: Event): Promise<"done" | "stale"> {
      const user = userOf(disabling.companyId, disabling.userId);
      if (user?.passwordHash !== disabling.expectedHash) return "stale";
      const { passwordHash } = disabling;
      Object.assign(user, { passwordHash, issuedAt: null, passwordKeyId: null, credentialVersion: user.credentialVersion + 1 });
      record(event);
      return "done";
    },

    async listProducts(): Promise<Product[]> {
      return structuredClone(products.toSorted((a, b) => (a.name < b.name ? -1 : 1)));
    },

    async saveProduct({ name, launchUrl, secretDigest }: NewProduct, event: Event): Promise<"done" | "exists"> {
      record(event);
      const product = products.find((product) => product.name === name);
      if (product !== undefined) {
        product.launchUrl = launchUrl;
        return "exists";
      }
      products.push({ name, launchUrl, secretDigest, previousSecretDigest: null, previousSecretExpiresAt: null });
      return "done";
    },

    async rotateProduct({ name, secretDigest, previousSecretExpiresAt }: ProductRotation, event: Event): Promise<boolean> {
      const product = products.find((product) => product.name === name);
      if (product === undefined) return false;
      const previousSecretDigest = previousSecretExpiresAt === null ? null : product.secretDigest;
      Object.assign(product, { secretDigest, previousSecretDigest, previousSecretExpiresAt });
      record(event);
      return true;
    },

    async listEvents({ since, ...ids }: EventFilter, after: number, limit: number): Promise<StoredEvent[]> {
      const of = Object.entries(ids).filter(([, value]) => value !== null);
      const stored = events.map((event) => {
        const user = userOf(event.companyId ?? 0, event.userId ?? 0);
        return { ...event, id: eventIds.get(event) ?? 0, userEmail: user?.email ?? null };
      });
      const isOf = (event: StoredEvent) => event.at >= since && of.every(([name, value]) => event[name as keyof Event] === value);
      return page(stored.filter(isOf), after, limit);
    },

    async purgeEvents(before: number, event: Event): Promise<number> {
      const purged = remove(events, ({ at }) => at < before).length;
      record(event);
      return purged;
    },

    async purge(now: number): Promise<number> {
      const hasExpired = ({ expiresAt }: Token) => expiresAt <= now;
      for (const [digest, { expiresAt }] of attempts) if (expiresAt <= now) attempts.delete(digest);
      return remove(tokens, hasExpired).length + remove(codes, hasExpired).length;
    },

    dump: () => structuredClone(contents),
  };
}

/** Adds a record; like a database's unique column it refuses a digest that is there. */
function insert<Row extends { digest: string }>(rows: Row[], row: Row): void {
  if (rows.some(({ digest }) => digest === row.digest)) throw new Error("this digest is already stored");
  rows.push(structuredClone(row));
}

/** Like a database's check it refuses what the core never hands down: in other case an address would be another's. */
function requireLowerCase(...names: string[]): void {
  if (names.some((name) => name !== name.toLowerCase())) throw new Error("e-mails and domains are stored in lower case");
}

/** Takes out of `rows` what fits, in place, and returns it. */
function remove<Row>(rows: Row[], fits: (row: Row) => boolean): Row[] {
  const removed = rows.filter(fits);
  rows.splice(0, rows.length, ...rows.filter((row) => !fits(row)));
  return removed;
}

/** Returns a copy of the records with a greater id than `after`, in the order of their ids, at most `limit` of them. */
function page<Row extends { id: number }>(rows: readonly Row[], after: number, limit: number): Row[] {
  const rest = rows.filter(({ id }) => id > after).sort((a, b) => a.id - b.id);
  return structuredClone(rest.slice(0, limit));
}

/** Returns what counts the ids up from the largest. No id is given twice, whatever becomes of its record. */
function idsAfter(records: readonly { id: number }[], events: Event[], name: "companyId" | "keyId" | "userId"): () => number {
  const ids = [...records.map(({ id }) => id), ...events.map((event) => event[name] ?? 0)];
  let last = ids.reduce((largest, id) => Math.max(largest, id), 0);
  return () => {
    last += 1;
    return last;
  };
}
