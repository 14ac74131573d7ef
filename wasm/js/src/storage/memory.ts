import type {
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
import type { CodeWithHolder, KeyWithCompany, NewCompany, OperatorStorage, Storage, TokenWithHolder } from "./contract.js";
import { firstValues } from "./user.js";

/** Everything that a storage holds. */
export interface Contents {
  companies: Company[];
  keys: Key[];
  users: User[];
  tokens: Token[];
  codes: Code[];
  products: Product[];
  events: Event[];
}

/** A storage in memory, for tests and for trying things out. All is lost when the process ends. */
export interface MemoryStorage extends Storage, OperatorStorage {
  /** A copy of all that is stored. */
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
    users: [],
    tokens: [],
    codes: [],
    products: [],
    events: [],
    ...structuredClone(initial),
  };
  const { companies, keys, users, tokens, codes, products, events } = contents;

  const userAt = ({ companyId, userId, expectedVersion }: HashSwap) =>
    users.find(
      (user) => user.id === userId && user.companyId === companyId && user.credentialVersion === expectedVersion,
    );

  const holderOf = ({ userId, companyId, keyId }: Token): Holder | undefined => {
    const user = users.find((user) => user.id === userId && user.companyId === companyId);
    const company = companies.find(({ id }) => id === companyId);
    const key = keys.find(({ id }) => id === keyId) ?? null;
    return user && company && { user, company, key };
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

    async createUser(created: NewUser): Promise<User | "exists"> {
      const { companyId, email } = created;
      requireLowerCase(email);
      if (users.some((user) => user.companyId === companyId && user.email === email)) return "exists";
      const user: User = { id: nextId(users), ...firstValues(created) };
      users.push(user);
      return structuredClone(user);
    },

    async replacePassword(swap: PasswordSwap): Promise<number | "stale"> {
      const user = userAt(swap);
      if (user === undefined) return "stale";
      user.passwordHash = swap.passwordHash;
      user.issuedAt = swap.issuedAt;
      user.credentialVersion += 1;
      return user.credentialVersion;
    },

    async rehashPassword(swap: HashSwap): Promise<"done" | "stale"> {
      const user = userAt(swap);
      if (user === undefined) return "stale";
      user.passwordHash = swap.passwordHash;
      return "done";
    },

    async saveToken(token: Token): Promise<void> {
      insert(tokens, token);
    },

    async saveCode(code: Code): Promise<void> {
      insert(codes, code);
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
      events.push(structuredClone(event));
    },

    async saveCompany(company: NewCompany): Promise<Company | "exists"> {
      requireLowerCase(company.domain, company.email);
      if (companies.some(({ domain, email }) => domain === company.domain || email === company.email)) return "exists";
      const saved = { id: nextId(companies), ...structuredClone(company) };
      companies.push(saved);
      return structuredClone(saved);
    },

    async findCompanyByEmail(email: string): Promise<Company | undefined> {
      return structuredClone(companies.find((company) => company.email === email));
    },

    async listCompanies(): Promise<Company[]> {
      return structuredClone(companies).sort(byId);
    },

    async saveKey({ digest, companyId, expiresAt }: NewKey): Promise<number> {
      if (!companies.some(({ id }) => id === companyId)) throw new Error("a key needs a company that exists");
      const id = nextId(keys);
      insert(keys, { id, digest, companyId, status: "enabled", expiresAt });
      return id;
    },

    async listKeys(companyId: number): Promise<Key[]> {
      return structuredClone(keys.filter((key) => key.companyId === companyId)).sort(byId);
    },

    async setKeyStatus(companyId: number, keyId: number, status: KeyStatus): Promise<boolean> {
      const key = keys.find((key) => key.id === keyId && key.companyId === companyId && key.status !== "revoked");
      if (key !== undefined) key.status = status;
      return key !== undefined;
    },

    async setUserStatus(companyId: number, email: string, status: User["status"]): Promise<boolean> {
      const user = users.find((user) => user.companyId === companyId && user.email === email);
      if (user === undefined) return false;
      user.status = status;
      if (status === "disabled") user.credentialVersion += 1;
      return true;
    },

    async setUserManager(companyId: number, email: string, managedBy: User["managedBy"]): Promise<boolean> {
      const user = users.find((user) => user.companyId === companyId && user.email === email);
      if (user === undefined) return false;
      user.managedBy = managedBy;
      user.credentialVersion += 1;
      return true;
    },

    async listUsers(companyId: number, after: number, limit: number): Promise<User[]> {
      const listed = users.filter((user) => user.companyId === companyId && user.id > after);
      return structuredClone(listed.sort(byId).slice(0, limit));
    },

    async saveProduct(product: Product): Promise<void> {
      remove(products, ({ name }) => name === product.name);
      products.push(structuredClone(product));
    },

    async purge(now: number): Promise<number> {
      const hasExpired = ({ expiresAt }: Token) => expiresAt <= now;
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

function byId(a: { id: number }, b: { id: number }): number {
  return a.id - b.id;
}

function nextId(records: readonly { id: number }[]): number {
  return 1 + records.reduce((largest, { id }) => Math.max(largest, id), 0);
}
