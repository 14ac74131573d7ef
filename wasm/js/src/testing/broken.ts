import { type Contents, type MemoryStorage, memoryStorage } from "../memory.js";
import type { TokenWithHolder } from "../storage.js";
import type { HashSwap, Holder, Token, User } from "../wire.js";
import type { Requirement, TestedStorage } from "./check.js";

/** A storage that breaks one promise in a way that is seen in the field. */
export interface BrokenStorage {
  /** What it does: "selects and then deletes a code". */
  name: string;
  /** The promise that it breaks. */
  breaks: Requirement;
  /** Gives an empty one, in memory. */
  open(): { storage: TestedStorage };
}

/** Rows in memory that a broken storage may read and change as it likes, and the methods that keep the contract. */
interface Rows {
  read(): Contents;
  edit(change: (contents: Contents) => void): void;
  sound(): MemoryStorage;
}

function broken(breaks: Requirement, name: string, methods: (rows: Rows) => Partial<TestedStorage>): BrokenStorage {
  return { name, breaks, open: () => ({ storage: over(methods) }) };
}

function over(methods: (rows: Rows) => Partial<TestedStorage>): TestedStorage {
  let sound = memoryStorage();
  const wrong = methods({
    read: () => sound.dump(),
    edit(change) {
      const contents = sound.dump();
      change(contents);
      sound = memoryStorage(contents);
    },
    sound: () => sound,
  });
  // Looked up at each call: an edit replaces the sound storage.
  return new Proxy(sound, { get: (_, name) => Reflect.get(name in wrong ? wrong : sound, name) });
}

/** Where a statement ends and another caller's may come between. */
const betweenStatements = Promise.resolve();

const userOf = ({ users }: Contents, companyId: number, email: string) =>
  users.find((user) => user.companyId === companyId && user.email === email);

const userBy = ({ users }: Contents, { userId }: Pick<HashSwap, "userId">) => users.find(({ id }) => id === userId);

function holderOf({ users, companies, keys }: Contents, { userId, companyId, keyId }: Token): Holder {
  const user = users.find(({ id }) => id === userId) as User;
  const company = companies.find(({ id }) => id === companyId) as Holder["company"];
  return { user, company, key: keys.find(({ id }) => id === keyId) ?? null };
}

const CREATE: BrokenStorage[] = [
  broken("STO-CREATE", "finds and then inserts a user", (rows) => ({
    async createUser(user) {
      if (userOf(rows.read(), user.companyId, user.email)) return "exists";
      await betweenStatements;
      const created = await memoryStorage().createUser(user);
      if (created === "exists") return created;
      created.id = rows.read().users.length + 1;
      rows.edit(({ users }) => users.push(created));
      return created;
    },
  })),
  broken("STO-CREATE", "fails where a user exists", (rows) => ({
    async createUser(user) {
      const created = await rows.sound().createUser(user);
      if (created === "exists") throw new Error("unique constraint");
      return created;
    },
  })),
  broken("STO-CREATE", "overwrites a user who exists", (rows) => ({
    async createUser(user) {
      const created = await rows.sound().createUser(user);
      if (created === "exists") {
        rows.edit((contents) => Object.assign(userOf(contents, user.companyId, user.email) as User, user));
      }
      return created;
    },
  })),
  broken("STO-CREATE", "numbers users by reading the last number first", (rows) => ({
    async createUser(user) {
      const id = rows.read().users.length + 1;
      await betweenStatements;
      const created = await rows.sound().createUser(user);
      if (created === "exists") return created;
      rows.edit((contents) => Object.assign(userOf(contents, user.companyId, user.email) as User, { id }));
      return { ...created, id };
    },
  })),
  broken("STO-CREATE", "makes new users administrators", (rows) => ({
    async createUser(user) {
      const created = await rows.sound().createUser(user);
      if (created === "exists") return created;
      rows.edit((contents) => Object.assign(userOf(contents, user.companyId, user.email) as User, { isCompanyAdmin: true }));
      return { ...created, isCompanyAdmin: true };
    },
  })),
];

const FIND: BrokenStorage[] = [
  broken("find_user", "compares e-mails without case", (rows) => ({
    async findUser(companyId, email) {
      return userOf(rows.read(), companyId, email.toLowerCase());
    },
  })),
  broken("find_user", "compares e-mails by a pattern", (rows) => ({
    async findUser(companyId, email) {
      const fits = (user: User) => new RegExp(`^${user.email.replaceAll("_", ".")}$`).test(email);
      return rows.read().users.find((user) => user.companyId === companyId && fits(user));
    },
  })),
  broken("find_user", "pads e-mails with spaces", (rows) => ({
    async findUser(companyId, email) {
      return userOf(rows.read(), companyId, email.trimEnd());
    },
  })),
  broken("find_user", "cuts hashes that are longer than a column", (rows) => ({
    async createUser(user) {
      return rows.sound().createUser({ ...user, passwordHash: user.passwordHash.slice(0, 128) });
    },
  })),
  broken("find_user", "gives times back as text", (rows) => ({
    async findUser(companyId, email) {
      const user = userOf(rows.read(), companyId, email);
      return user && ({ ...user, issuedAt: user.issuedAt && String(user.issuedAt) } as User);
    },
  })),
  broken("find_user", "reads users from a lagging replica", (rows) => {
    let replica = rows.read();
    const behind = <Args extends unknown[], Result>(write: (...args: Args) => Result) => (...args: Args) => {
      replica = rows.read();
      return write(...args);
    };
    return {
      findUser: async (companyId, email) => userOf(replica, companyId, email),
      createUser: behind((user) => rows.sound().createUser(user)),
      replacePassword: behind((swap) => rows.sound().replacePassword(swap)),
      rehashPassword: behind((swap) => rows.sound().rehashPassword(swap)),
    };
  }),
  broken("find_user", "hands out what it keeps", (rows) => {
    const kept: string[] = [];
    return {
      async createUser(user) {
        const created = await rows.sound().createUser(user);
        return created === "exists" ? created : { ...created, permissions: kept };
      },
      async findUser(companyId, email) {
        const user = userOf(rows.read(), companyId, email);
        return user && { ...user, permissions: kept };
      },
    };
  }),
  broken("SSO-TEN-001", "finds users by e-mail alone", (rows) => ({
    findUser: async (_, email) => rows.read().users.find((user) => user.email === email),
  })),
  broken("SSO-TEN-001", "swaps by the user's id alone", (rows) => {
    const owner = (swap: HashSwap) => ({ companyId: userBy(rows.read(), swap)?.companyId ?? swap.companyId });
    return {
      replacePassword: (swap) => rows.sound().replacePassword({ ...swap, ...owner(swap) }),
      rehashPassword: (swap) => rows.sound().rehashPassword({ ...swap, ...owner(swap) }),
    };
  }),
];

const SWAP: BrokenStorage[] = [
  broken("STO-SWAP", "swaps without comparing the version", (rows) => ({
    async replacePassword(swap) {
      const expectedVersion = userBy(rows.read(), swap)?.credentialVersion ?? 1;
      return rows.sound().replacePassword({ ...swap, expectedVersion });
    },
  })),
  broken("STO-SWAP", "compares the version and then writes", (rows) => ({
    async replacePassword(swap) {
      const user = userBy(rows.read(), swap);
      if (user?.companyId !== swap.companyId || user.credentialVersion !== swap.expectedVersion) return "stale";
      await betweenStatements;
      const expectedVersion = userBy(rows.read(), swap)?.credentialVersion ?? 1;
      return rows.sound().replacePassword({ ...swap, expectedVersion });
    },
  })),
  broken("STO-SWAP", "rehashes without comparing the version", (rows) => ({
    async rehashPassword(swap) {
      const user = userBy(rows.read(), swap);
      const expectedVersion = user?.credentialVersion ?? 1;
      return rows.sound().rehashPassword({ ...swap, expectedVersion });
    },
  })),
  broken("STO-SWAP", "raises the version when it rehashes", (rows) => ({
    async rehashPassword(swap) {
      const issuedAt = userBy(rows.read(), swap)?.issuedAt ?? null;
      const version = await rows.sound().replacePassword({ ...swap, issuedAt });
      return version === "stale" ? version : "done";
    },
  })),
  broken("STO-SWAP", "keeps the old time where the new one is null", (rows) => ({
    async replacePassword(swap) {
      const issuedAt = swap.issuedAt ?? userBy(rows.read(), swap)?.issuedAt ?? null;
      return rows.sound().replacePassword({ ...swap, issuedAt });
    },
  })),
  broken("STO-DISABLE", "disables a user without raising the version", (rows) => ({
    async setUserStatus(companyId, email, status) {
      const isThere = userOf(rows.read(), companyId, email) !== undefined;
      rows.edit((contents) => Object.assign(userOf(contents, companyId, email) ?? {}, { status }));
      return isThere;
    },
  })),
  broken("STO-DISABLE", "reads the version and then writes it raised", (rows) => ({
    async setUserStatus(companyId, email, status) {
      const user = userOf(rows.read(), companyId, email);
      if (user === undefined) return false;
      const credentialVersion = user.credentialVersion + (status === "disabled" ? 1 : 0);
      await betweenStatements;
      rows.edit((contents) => Object.assign(userOf(contents, companyId, email) as User, { status, credentialVersion }));
      return true;
    },
  })),
  broken("STO-DISABLE", "disables users by e-mail alone", (rows) => ({
    async setUserStatus(companyId, email, status) {
      const owner = rows.read().users.find((user) => user.email === email)?.companyId ?? companyId;
      return rows.sound().setUserStatus(owner, email, status);
    },
  })),
];

const TAKE: BrokenStorage[] = [
  broken("STO-TAKE", "selects and then deletes a code", (rows) => ({
    async takeCode(digest) {
      const contents = rows.read();
      const code = contents.codes.find((code) => code.digest === digest);
      if (code === undefined) return undefined;
      await betweenStatements;
      await rows.sound().takeCode(digest);
      return { code, holder: holderOf(contents, code) };
    },
  })),
  broken("STO-TAKE", "leaves a code that was taken", (rows) => ({
    async takeCode(digest) {
      const contents = rows.read();
      const code = contents.codes.find((code) => code.digest === digest);
      return code && { code, holder: holderOf(contents, code) };
    },
  })),
  broken("STO-TAKE", "keeps a code's user and key as they were", (rows) => {
    const kept = new Map<string, Holder>();
    return {
      async saveCode(code) {
        await rows.sound().saveCode(code);
        kept.set(code.digest, holderOf(rows.read(), code));
      },
      async takeCode(digest) {
        const taken = await rows.sound().takeCode(digest);
        return taken && { ...taken, holder: kept.get(digest) ?? taken.holder };
      },
    };
  }),
  broken("save_code", "overwrites a code", (rows) => ({
    async saveCode(code) {
      rows.edit((contents) => (contents.codes = contents.codes.filter(({ digest }) => digest !== code.digest)));
      return rows.sound().saveCode(code);
    },
  })),
];

const TOKEN: BrokenStorage[] = [
  broken("save_token", "answers before it has saved a token", (rows) => ({
    async saveToken(token) {
      setTimeout(() => rows.sound().saveToken(token).catch(() => {}));
    },
  })),
  broken("save_token", "overwrites a token", (rows) => ({
    async saveToken(token) {
      await rows.sound().revokeToken(token.digest);
      return rows.sound().saveToken(token);
    },
  })),
  broken("find_token", "keeps a token's user and key as they were", (rows) => {
    const kept = new Map<string, TokenWithHolder>();
    return {
      async saveToken(token) {
        await rows.sound().saveToken(token);
        kept.set(token.digest, { token, holder: holderOf(rows.read(), token) });
      },
      findToken: async (digest) => (await rows.sound().findToken(digest)) && structuredClone(kept.get(digest)),
    };
  }),
  broken("find_token", "finds no token without a key", (rows) => ({
    async findToken(digest) {
      const found = await rows.sound().findToken(digest);
      return found?.holder.key ? found : undefined;
    },
  })),
  broken("find_token", "hides tokens that have expired", (rows) => ({
    async findToken(digest) {
      const found = await rows.sound().findToken(digest);
      return found && found.token.expiresAt > 0 ? found : undefined;
    },
  })),
  broken("STO-REVOKE", "fails to revoke a token that is not there", (rows) => ({
    async revokeToken(digest) {
      if ((await rows.sound().findToken(digest)) === undefined) throw new Error("no such token");
      return rows.sound().revokeToken(digest);
    },
  })),
  broken("STO-REVOKE", "revokes every token of the user", (rows) => ({
    async revokeToken(digest) {
      const gone = rows.read().tokens.find((token) => token.digest === digest);
      rows.edit((contents) => (contents.tokens = contents.tokens.filter(({ userId }) => userId !== gone?.userId)));
    },
  })),
  broken("STO-PURGE", "purges what has not expired yet", (rows) => ({ purge: (now) => rows.sound().purge(now + 1) })),
  broken("STO-PURGE", "leaves what expires now", (rows) => ({ purge: (now) => rows.sound().purge(now - 1) })),
  broken("STO-PURGE", "purges tokens alone", (rows) => ({
    async purge(now) {
      const { codes } = rows.read();
      const purged = await rows.sound().purge(now);
      rows.edit((contents) => (contents.codes = codes));
      return purged;
    },
  })),
];

const OPERATOR: BrokenStorage[] = [
  broken("STO-KEY", "finds enabled keys only", (rows) => ({
    async findKey(digest) {
      const found = await rows.sound().findKey(digest);
      return found?.key.status === "enabled" ? found : undefined;
    },
  })),
  broken("STO-KEY", "finds a key with another company", (rows) => ({
    async findKey(digest) {
      const found = await rows.sound().findKey(digest);
      const [company] = rows.read().companies;
      return found && company && { ...found, company };
    },
  })),
  broken("save_key", "stores a key of no company", (rows) => ({
    async saveKey(key) {
      const [company] = rows.read().companies;
      return rows.sound().saveKey({ ...key, companyId: company && key.companyId > 1 ? company.id : key.companyId });
    },
  })),
  broken("list_keys", "lists the latest key first", (rows) => ({
    listKeys: async (companyId) => (await rows.sound().listKeys(companyId)).reverse(),
  })),
  broken("STO-KEYS", "changes keys of any company", (rows) => ({
    async setKeyStatus(companyId, keyId, status) {
      const owner = rows.read().keys.find(({ id }) => id === keyId)?.companyId ?? companyId;
      return rows.sound().setKeyStatus(owner, keyId, status);
    },
  })),
  broken("STO-KEYS", "changes revoked keys", (rows) => ({
    async setKeyStatus(companyId, keyId, status) {
      const key = rows.read().keys.find((key) => key.id === keyId && key.companyId === companyId);
      if (key) rows.edit(({ keys }) => Object.assign(keys.find(({ id }) => id === keyId) ?? {}, { status }));
      return key !== undefined;
    },
  })),
  broken("STO-KEYS", "looks whether a key is revoked and then changes it", (rows) => ({
    async setKeyStatus(companyId, keyId, status) {
      const key = rows.read().keys.find((key) => key.id === keyId && key.companyId === companyId);
      if (key === undefined || key.status === "revoked") return false;
      await betweenStatements;
      rows.edit(({ keys }) => Object.assign(keys.find(({ id }) => id === keyId) ?? {}, { status }));
      return true;
    },
  })),
  broken("STO-KEYS", "changes all keys of the company", (rows) => ({
    async setKeyStatus(companyId, keyId, status) {
      const changed = await rows.sound().setKeyStatus(companyId, keyId, status);
      if (changed) rows.edit(({ keys }) => keys.forEach((key) => (key.status = status)));
      return changed;
    },
  })),
  broken("find_company", "compares domains without case", (rows) => ({
    findCompany: (domain) => rows.sound().findCompany(domain.toLowerCase()),
  })),
  broken("find_company", "adds two companies of one e-mail", (rows) => ({
    async saveCompany(company) {
      const saved = await rows.sound().saveCompany({ ...company, email: `${company.domain} ${company.email}` });
      if (saved === "exists") return saved;
      rows.edit(({ companies }) => Object.assign(companies.find(({ id }) => id === saved.id) ?? {}, company));
      return { ...saved, email: company.email };
    },
  })),
  broken("find_company", "folds text", (rows) => ({
    saveCompany: (company) => rows.sound().saveCompany({ ...company, name: company.name.normalize("NFKC") }),
  })),
  broken("find_company_by_email", "finds a company by the domain of any e-mail", (rows) => ({
    findCompanyByEmail: (email) => rows.sound().findCompany(email.replace(/^.*@/, "")),
  })),
  broken("find_product", "keeps the first product of a name", (rows) => ({
    async saveProduct(product) {
      if ((await rows.sound().findProduct(product.name)) === undefined) await rows.sound().saveProduct(product);
    },
  })),
  broken("STO-AUDIT", "records no event without a company", (rows) => ({
    async audit(event) {
      if (event.companyId === null) throw new Error("not null constraint");
      return rows.sound().audit?.(event);
    },
  })),
  broken("STO-ADMIT", "refuses the first attempt", () => ({ admit: async () => ({ retryAfter: 1 }) })),
];

/** Storages that break one promise each, to see that a test fails which should. None is of any use otherwise. */
export const brokenStorages: readonly BrokenStorage[] = [...CREATE, ...FIND, ...SWAP, ...TAKE, ...TOKEN, ...OPERATOR];
