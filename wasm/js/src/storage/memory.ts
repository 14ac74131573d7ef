import type {
  Attempt,
  Code,
  Company,
  Event,
  HashSwap,
  NewUser,
  PasswordSwap,
  Product,
  ProductName,
  Token,
  User,
} from "../core/wire.js";
import type { CodeWithHolder, KeyWithCompany, OperatorStorage, Storage, TokenWithHolder } from "./contract.js";
import { digestOf, type Limit, refusedUntil } from "./limit.js";
import { operatorMethods } from "./memory/operator.js";
import { type Contents, copyOf, insert, recordsOf, requireLowerCase } from "./memory/records.js";
import { firstUserValues } from "./new-record.js";

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
  const shared = recordsOf(initial);
  const { attempts, nextId, userAt, holderOf, use, record, requireCompany } = shared;
  const { contents } = shared;
  const { companies, keys, users, tokens, codes, products } = contents;
  return {
    ...operatorMethods(shared),

    async findKey(digest): Promise<KeyWithCompany | undefined> {
      const key = keys.find((key) => key.digest === digest);
      const company = companies.find(({ id }) => id === key?.companyId);
      return key && company && copyOf({ key, company });
    },

    async findUser(companyId: number, email: string): Promise<User | undefined> {
      return copyOf(users.find((user) => user.companyId === companyId && user.email === email));
    },

    async findCompany(domain: string): Promise<Company | undefined> {
      return copyOf(companies.find((company) => company.domain === domain));
    },

    async findProduct(name: ProductName): Promise<Product | undefined> {
      return copyOf(products.find((product) => product.name === name));
    },

    async createUser(draft: NewUser, event: Event | null): Promise<User | "exists"> {
      const { companyId, email } = draft;
      requireLowerCase(email);
      requireCompany(companyId);
      if (users.some((user) => user.companyId === companyId && user.email === email)) return "exists";
      const user = { id: nextId.user(), ...firstUserValues(draft) };
      users.push(user);
      if (event !== null) record({ ...event, userId: user.id });
      return copyOf(user);
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
      const token = tokens.get(digest);
      const holder = token && holderOf(token);
      return holder && copyOf({ token, holder });
    },

    async takeCode(digest: string): Promise<CodeWithHolder | undefined> {
      const code = codes.get(digest);
      codes.delete(digest);
      const holder = code && holderOf(code);
      return holder && copyOf({ code, holder });
    },

    async revokeToken(digest: string): Promise<void> {
      tokens.delete(digest);
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

    dump: () => copyOf({ ...contents, tokens: [...tokens.values()], codes: [...codes.values()] }),
  };
}
