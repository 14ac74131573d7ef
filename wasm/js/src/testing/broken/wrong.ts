import type { Code, Token } from "../../core/wire.js";
import type { CodeWithHolder, TokenWithHolder } from "../../storage/contract.js";
import { pause, type Requirement, type TestedStorage } from "../check.js";

/** A mistake that can be made over any storage that keeps the contract, whatever its database. */
export interface Mistake {
  /** The words for it, such as "reads the new version back". */
  name: string;
  /** The promise that it breaks. */
  breaks: Requirement;
  /** Set where it shows in some storages only: where the database refuses what it is not to hold, or does not delete by itself. */
  needs?: "constraints" | "no expiry";
  /** Returns the methods that are wrong, over a sound storage. */
  methods(sound: TestedStorage): Partial<TestedStorage>;
}

const mistake = (breaks: Requirement, name: string, methods: Mistake["methods"], needs?: Mistake["needs"]): Mistake => ({
  name,
  breaks,
  methods,
  ...(needs && { needs }),
});

/** Mistakes of adapters in the field, apart from those in {@link lists} and in the losses of members. */
export const MISTAKES: Mistake[] = [
  mistake("STO-SWAP", "reads the new version back", (sound) => ({
    async replacePassword(swap) {
      if ((await sound.replacePassword(swap)) === "stale") return "stale";
      await pause(20);
      const [user] = await sound.listUsers(swap.companyId, swap.userId - 1, 1);
      return user?.credentialVersion ?? "stale";
    },
  })),
  mistake("STO-REFER", "creates a user of a company that is not there", (sound) => ({
    async createUser(user, event) {
      const companyId = await companyFor(sound, user.companyId);
      const created = await sound.createUser({ ...user, companyId }, event);
      return created === "exists" ? created : { ...created, companyId: user.companyId };
    },
  })),
  mistake("STO-REFER", "stores a key for a company that is not there", (sound) => ({
    saveKey: async (key, event) => sound.saveKey({ ...key, companyId: await companyFor(sound, key.companyId) }, event),
  })),
  mistake("STO-REFER", "finds a token of nobody", (sound) => {
    const saved = new Map<string, Token>();
    return {
      async saveToken(token, event) {
        await sound.saveToken(token, event).catch((error) => {
          if (saved.has(token.digest)) throw error;
        });
        saved.set(token.digest, token);
      },
      async revokeToken(digest) {
        saved.delete(digest);
        await sound.revokeToken(digest);
      },
      async findToken(digest) {
        const token = saved.get(digest);
        const isThere = token !== undefined && token.expiresAt > Date.now();
        return (await sound.findToken(digest)) ?? (isThere ? { token, holder: null as never } : undefined);
      },
    };
  }),
  mistake("STO-REFER", "takes a code of nobody", (sound) => {
    const saved = new Map<string, Code>();
    return {
      async saveCode(code, event) {
        await sound.saveCode(code, event).catch((error) => {
          if (saved.has(code.digest)) throw error;
        });
        saved.set(code.digest, code);
      },
      async takeCode(digest) {
        const code = saved.get(digest);
        saved.delete(digest);
        const isThere = code !== undefined && code.expiresAt > Date.now();
        const taken = sound.takeCode(digest);
        return (await taken) ?? (isThere ? { code, holder: null as never } : undefined);
      },
    };
  }),
  mistake("STO-FAIL", "answers `exists` to every error of a new user", (sound) => ({
    createUser: (user, event) => sound.createUser(user, event).catch(() => "exists" as const),
  })),
  mistake(
    "STO-FAIL",
    "answers `exists` to every error of a new company",
    (sound) => ({ createCompany: (company, event) => sound.createCompany(company, event).catch(() => "exists" as const) }),
    "constraints",
  ),
  mistake("STO-FAIL", "answers nothing to every error of a rotated key", (sound) => ({
    rotateKey: (rotation, event) => sound.rotateKey(rotation, event).catch(() => undefined),
  })),
  mistake(
    "STO-FAIL",
    "answers `stale` to every error of a replaced password",
    (sound) => ({ replacePassword: (swap) => sound.replacePassword(swap).catch(() => "stale" as const) }),
    "constraints",
  ),
  mistake(
    "STO-FAIL",
    "answers `stale` to every error of a rehash",
    (sound) => ({ rehashPassword: (swap) => sound.rehashPassword(swap).catch(() => "stale" as const) }),
    "constraints",
  ),
  ...(["setCompanyStatus", "setKeyStatus", "setUserStatus", "setUserManager"] as const).map((name) =>
    mistake(
      "STO-FAIL",
      `answers \`false\` to every error of ${name}`,
      (sound) => ({ [name]: (...call: never[]) => (sound[name] as Changing)(...call).catch(() => false) }),
      "constraints",
    ),
  ),
  mistake("STO-SAVE", "answers `done` to a token that could not be stored", (sound) => ({
    saveToken: (token, event) => sound.saveToken(token, event).catch(() => {}),
  })),
  mistake("STO-FAIL", "counts no row where a hash stays the same", (sound) => ({
    async rehashPassword(swap) {
      const [user] = await sound.listUsers(swap.companyId, swap.userId - 1, 1);
      return user?.passwordHash === swap.passwordHash ? "stale" : sound.rehashPassword(swap);
    },
  })),
  mistake("STO-FAIL", "counts no row where a company's status stays the same", (sound) => ({
    async setCompanyStatus(companyId, status, event) {
      const [company] = await sound.listCompanies(companyId - 1, 1);
      const isChanged = await sound.setCompanyStatus(companyId, status, event);
      return isChanged && company?.status !== status;
    },
  })),
  mistake("STO-FAIL", "counts no row where a key's status stays the same", (sound) => ({
    async setKeyStatus(companyId, keyId, status, event) {
      const [key] = await sound.listKeys(companyId, keyId - 1, 1);
      return (await sound.setKeyStatus(companyId, keyId, status, event)) && key?.status !== status;
    },
  })),
  mistake("STO-FAIL", "counts no row where a user's status stays the same", (sound) => ({
    async setUserStatus(companyId, userId, status, event) {
      const [user] = await sound.listUsers(companyId, userId - 1, 1);
      return (await sound.setUserStatus(companyId, userId, status, event)) && user?.status !== status;
    },
  })),
  mistake("STO-LATE", "caches keys for good", (sound) => ({ findKey: cached(sound.findKey) })),
  mistake("STO-LATE", "caches companies for good", (sound) => ({ findCompany: cached(sound.findCompany) })),
  mistake("STO-LATE", "caches products for good", (sound) => ({ findProduct: cached(sound.findProduct) })),
  mistake("STO-LATE", "caches that there is no such key", (sound) => {
    const absent = new Set<string>();
    return {
      async findKey(digest) {
        const found = absent.has(digest) ? undefined : await sound.findKey(digest);
        if (found == null) absent.add(digest);
        return found;
      },
    };
  }),
  mistake("STO-PURGE", "purges 1,000 tokens and no more", (sound) => {
    const saved = new Map<string, TokenWithHolder>();
    const kept = new Map<string, TokenWithHolder>();
    return {
      async saveToken(token, event) {
        await sound.saveToken(token, event);
        saved.set(token.digest, { token, holder: null as never });
      },
      async purge(now) {
        const expired = [...saved].filter(([, { token }]) => token.expiresAt <= now);
        for (const [digest, found] of expired.slice(1000)) kept.set(digest, found);
        return Math.min(await sound.purge(now), 1000);
      },
      findToken: async (digest) => (await sound.findToken(digest)) ?? kept.get(digest),
    };
  }),
  mistake(
    "STO-PURGE",
    "counts nothing that it purges",
    (sound) => ({ purge: async (now) => 0 * (await sound.purge(now)) }),
    "no expiry",
  ),
  mistake("STO-PURGE", "counts more than it purges", (sound) => ({ purge: async (now) => 9999 + (await sound.purge(now)) })),
  mistake("STO-ADMIT", "limits by source alone", () => {
    const counts = new Map<string, number>();
    return {
      async admit({ source }) {
        if (source === null) return undefined;
        const count = 1 + (counts.get(source) ?? 0);
        counts.set(source, count);
        return count > 100 ? { retryAfter: 60 } : undefined;
      },
    };
  }),
  mistake("STO-ADMIT", "says to wait for half a second", () => {
    const seen = new Set<string>();
    return {
      async admit({ source, subject }) {
        const isNew = source === null || !seen.has(subject);
        seen.add(subject);
        return isNew ? undefined : { retryAfter: 0.5 };
      },
    };
  }),
  mistake("STO-RECORD", "compares the digests of tokens without case", (sound) => ({
    findToken: (digest) => sound.findToken(digest.toLowerCase()),
  })),
  mistake("STO-RECORD", "compares the digests of codes padded with spaces", (sound) => ({
    takeCode: (digest) => sound.takeCode(digest.trimEnd()),
  })),
  mistake("STO-RECORD", "compares 63 digits of the digests of tokens", (sound) => ({
    saveToken: (token, event) => sound.saveToken({ ...token, digest: cut(token.digest) }, event),
    revokeToken: (digest) => sound.revokeToken(cut(digest)),
    async findToken(digest) {
      const found = await sound.findToken(cut(digest));
      return found && { ...found, token: { ...found.token, digest } };
    },
  })),
  mistake("STO-RECORD", "compares 63 digits of the digests of codes", (sound) => ({
    saveCode: (code, event) => sound.saveCode({ ...code, digest: cut(code.digest) }, event),
    async takeCode(digest): Promise<CodeWithHolder | undefined> {
      const taken = await sound.takeCode(cut(digest));
      return taken ? { ...taken, code: { ...taken.code, digest } } : undefined;
    },
  })),
  mistake("STO-RECORD", "compares the names of products without case", (sound) => ({
    findProduct: (name) => sound.findProduct(name.toLowerCase()),
  })),
  mistake("STO-RECORD", "keeps the time of a password to the second", (sound) => ({
    createUser: (user, event) => sound.createUser({ ...user, issuedAt: user.issuedAt && inSeconds(user.issuedAt) }, event),
  })),
  mistake("STO-RECORD", "keeps the expiry of a token to the second", (sound) => ({
    saveToken: (token, event) => sound.saveToken({ ...token, expiresAt: inSeconds(token.expiresAt) }, event),
  })),
  mistake("STO-RECORD", "keeps a time of 0 as none", (sound) => ({
    createUser: (user, event) => sound.createUser({ ...user, issuedAt: user.issuedAt || null }, event),
  })),
  mistake("STO-RECORD", "keeps versions in 32 bits", (sound) => ({
    saveToken: (token, event) => sound.saveToken({ ...token, credentialVersion: token.credentialVersion | 0 || 1 }, event),
  })),
  mistake("STO-RECORD", "sorts the products of a company", (sound) => ({
    createCompany: (company, event) => sound.createCompany({ ...company, products: company.products.toSorted() }, event),
  })),
  mistake("STO-RECORD", "cuts the names of companies at 255 bytes", (sound) => ({
    createCompany: (company, event) =>
      sound.createCompany(
        { ...company, name: new TextDecoder().decode(new TextEncoder().encode(company.name).slice(0, 255)) },
        event,
      ),
  })),
  mistake("STO-RECORD", "cuts e-mails at 191 characters", (sound) => ({
    createUser: (user, event) => sound.createUser({ ...user, email: user.email.slice(0, 191) }, event),
    findUser: (companyId, email) => sound.findUser(companyId, email.slice(0, 191)),
  })),
  ...lists(),
];

type Changing = (...call: never[]) => Promise<boolean>;

/** Returns lists that are cut: each page, and what there is all in all. */
function lists(): Mistake[] {
  const reads = {
    companies: (sound: TestedStorage) => ({ listCompanies: sound.listCompanies }),
    keys: (sound: TestedStorage) => ({ listKeys: sound.listKeys }),
    users: (sound: TestedStorage) => ({ listUsers: sound.listUsers }),
  };
  return Object.entries(reads).flatMap(([name, readOf]) => {
    type List = (...call: number[]) => Promise<{ id: number }[]>;
    const over = (change: (list: List) => List) => (sound: TestedStorage) =>
      Object.fromEntries(Object.entries(readOf(sound)).map(([method, list]) => [method, change(list as List)]));
    const page = (length: number) =>
      mistake(
        "STO-LIST",
        `lists ${length} ${name} and no more`,
        over(
          (list) =>
            (...call) =>
              list(...call.slice(0, -1), Math.min(length, call.at(-1) ?? 0)),
        ),
      );
    const all = mistake(
      "STO-LIST",
      `lists the first 1,000 ${name} and no others`,
      over((list) => async (...call) => {
        const [owner, [after = 0, limit = 0]] = [call.slice(0, -2), call.slice(-2)];
        const first = await list(...owner, 0, 500);
        const second = await list(...owner, first.at(-1)?.id ?? 0, 500);
        return [...first, ...second].filter(({ id }) => id > after).slice(0, limit);
      }),
    );
    return [page(2), page(100), all];
  });
}

const cut = (digest: string) => digest.slice(0, 63);

const inSeconds = (time: number) => time - (time % 1000);

/** Returns the company, or a different one where it is not there. */
async function companyFor(sound: TestedStorage, companyId: number): Promise<number> {
  const [first] = await sound.listCompanies(0, 1);
  const [it] = await sound.listCompanies(companyId - 1, 1);
  return it?.id === companyId ? companyId : (first?.id ?? companyId);
}

function cached<Of>(find: (name: string) => Promise<Of>): (name: string) => Promise<Of> {
  const found = new Map<string, Promise<Of>>();
  return async (name) => {
    const first = found.get(name) ?? find(name);
    found.set(name, first);
    return structuredClone(await first);
  };
}
