import type { HashSwap, Holder, User } from "../../core/wire.js";
import { memoryStorage } from "../../storage/memory.js";
import type { TestedStorage } from "../check.js";
import { type BrokenStorage, betweenStatements, broken, userBy, userOf } from "./rows.js";

const THOUGHT_OF = [
  "replacePassword",
  "rehashPassword",
  "setUser",
  "setUserStatus",
  "setUserManager",
  "setCompany",
  "setCompanyStatus",
  "setKeyStatus",
  "rotateKey",
] as const;

export const CREATE: BrokenStorage[] = [
  broken("STO-CREATE", "finds and then inserts a user", (rows) => ({
    async createUser(user, event) {
      if (userOf(rows.read(), user.companyId, user.email)) return "exists";
      await betweenStatements;
      const created = await memoryStorage({ companies: rows.read().companies }).createUser(user, null);
      if (created === "exists") return created;
      created.id = rows.read().users.length + 1;
      rows.edit(({ users, events }) => {
        users.push(created);
        if (event !== null) events.push({ ...event, userId: created.id });
      });
      return created;
    },
  })),
  broken("STO-CREATE", "fails where a user exists", (rows) => ({
    async createUser(user, event) {
      const created = await rows.sound().createUser(user, event);
      if (created === "exists") throw new Error("unique constraint");
      return created;
    },
  })),
  broken("STO-CREATE", "overwrites a user who exists", (rows) => ({
    async createUser(user, event) {
      const created = await rows.sound().createUser(user, event);
      if (created === "exists") {
        rows.edit((contents) => Object.assign(userOf(contents, user.companyId, user.email) as User, user));
      }
      return created;
    },
  })),
  broken("STO-CREATE", "takes an e-mail in other case for another user", (rows) => ({
    async createUser(user, event) {
      const { email } = user;
      const created = await memoryStorage({ companies: rows.read().companies }).createUser(
        { ...user, email: email.toLowerCase() },
        null,
      );
      if (created === "exists" || userOf(rows.read(), user.companyId, email)) return "exists";
      Object.assign(created, { id: rows.read().users.length + 1, email, loginId: email, displayName: email });
      rows.edit(({ users, events }) => {
        users.push(created);
        if (event !== null) events.push({ ...event, userId: created.id });
      });
      return created;
    },
  })),
  broken("STO-CREATE", "numbers users by reading the last number first", (rows) => ({
    async createUser(user, event) {
      const id = rows.read().users.length + 1;
      await betweenStatements;
      const created = await rows.sound().createUser(user, event);
      if (created === "exists") return created;
      rows.edit((contents) => Object.assign(userOf(contents, user.companyId, user.email) as User, { id }));
      const [last] = rows.read().events.slice(-1);
      if (event !== null && last) rows.edit(({ events }) => events.splice(-1, 1, { ...last, userId: id }));
      return { ...created, id };
    },
  })),
  broken("STO-CREATE", "creates each user as the partner's", (rows) => ({
    createUser: (user, event) => rows.sound().createUser({ ...user, managedBy: "partner" }, event),
  })),
  broken("STO-CREATE", "forgets the key by which a user came", (rows) => ({
    createUser: (user, event) => rows.sound().createUser({ ...user, passwordKeyId: null }, event),
  })),
  broken("STO-CREATE", "makes new users administrators", (rows) => ({
    async createUser(user, event) {
      const created = await rows.sound().createUser(user, event);
      if (created === "exists") return created;
      rows.edit((contents) => Object.assign(userOf(contents, user.companyId, user.email) as User, { isCompanyAdmin: true }));
      return { ...created, isCompanyAdmin: true };
    },
  })),
];

export const FIND: BrokenStorage[] = [
  broken("STO-FIND", "compares e-mails without case", (rows) => ({
    async findUser(companyId, email) {
      return userOf(rows.read(), companyId, email.toLowerCase());
    },
  })),
  broken("STO-FIND", "compares e-mails by a pattern", (rows) => ({
    async findUser(companyId, email) {
      const fits = (user: User) => new RegExp(`^${user.email.replaceAll("_", ".")}$`).test(email);
      return rows.read().users.find((user) => user.companyId === companyId && fits(user));
    },
  })),
  broken("STO-FIND", "compares e-mails without their hyphens", (rows) => ({
    async findUser(companyId, email) {
      const bare = (text: string) => text.replaceAll("-", "");
      return rows.read().users.find((user) => user.companyId === companyId && bare(user.email) === bare(email));
    },
  })),
  broken("STO-FIND", "compares 191 characters of e-mails", (rows) => ({
    async findUser(companyId, email) {
      const cut = email.slice(0, 191);
      return rows.read().users.find((user) => user.companyId === companyId && user.email.startsWith(cut));
    },
  })),
  broken("STO-FIND", "pads e-mails with spaces", (rows) => ({
    async findUser(companyId, email) {
      return userOf(rows.read(), companyId, email.trimEnd());
    },
  })),
  broken("STO-RECORD", "cuts hashes that are longer than a column", (rows) => ({
    async createUser(user, event) {
      return rows.sound().createUser({ ...user, passwordHash: user.passwordHash.slice(0, 128) }, event);
    },
  })),
  broken("STO-RECORD", "gives times back as text", (rows) => ({
    async findUser(companyId, email) {
      const user = userOf(rows.read(), companyId, email);
      return user && ({ ...user, issuedAt: user.issuedAt && String(user.issuedAt) } as User);
    },
  })),
  broken("STO-RECORD", "keeps the holder of a token until one of the first calls that were thought of", (rows) => {
    const kept = new Map<string, Holder>();
    const forgetting = (name: keyof TestedStorage) => [
      name,
      (...call: never[]) => {
        kept.clear();
        return (rows.sound()[name] as (...call: never[]) => unknown)(...call);
      },
    ];
    return {
      ...Object.fromEntries(THOUGHT_OF.map(forgetting)),
      async findToken(digest) {
        const found = await rows.sound().findToken(digest);
        if (found == null) return found;
        kept.set(digest, kept.get(digest) ?? found.holder);
        return structuredClone({ ...found, holder: kept.get(digest) ?? found.holder });
      },
    };
  }),
  broken("STO-EMAIL", "cuts new e-mails at 128 characters", (rows) => ({
    setUserEmail: (companyId, userId, email, event) => rows.sound().setUserEmail(companyId, userId, email.slice(0, 128), event),
  })),
  broken("STO-DISABLE", "disables a disabled user without raising the version", (rows) => ({
    async setUserStatus(companyId, userId, status, event) {
      const before = userBy(rows.read(), { userId });
      const isDone = await rows.sound().setUserStatus(companyId, userId, status, event);
      const credentialVersion = before?.credentialVersion;
      if (before?.status === "disabled" && status === "disabled")
        rows.edit((contents) => Object.assign(userBy(contents, { userId }) ?? {}, { credentialVersion }));
      return isDone;
    },
  })),
  broken("STO-FIND", "reads users from a lagging replica", (rows) => {
    let replica = rows.read();
    const behind =
      <Args extends unknown[], Result>(write: (...args: Args) => Result) =>
      (...args: Args) => {
        replica = rows.read();
        return write(...args);
      };
    return {
      findUser: async (companyId, email) => userOf(replica, companyId, email),
      createUser: behind((user, event) => rows.sound().createUser(user, event)),
      replacePassword: behind((swap) => rows.sound().replacePassword(swap)),
      rehashPassword: behind((swap) => rows.sound().rehashPassword(swap)),
    };
  }),
  broken("STO-RECORD", "hands out what it keeps", (rows) => {
    const kept: string[] = [];
    return {
      async createUser(user, event) {
        const created = await rows.sound().createUser(user, event);
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

export const SWAP: BrokenStorage[] = [
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
      const { issuedAt = null, passwordKeyId = null } = userBy(rows.read(), swap) ?? {};
      const version = await rows.sound().replacePassword({ ...swap, issuedAt, passwordKeyId: passwordKeyId as number });
      return version === "stale" ? version : "done";
    },
  })),
  broken("STO-SWAP", "keeps the old time where the new one is null", (rows) => ({
    async replacePassword(swap) {
      const issuedAt = swap.issuedAt ?? userBy(rows.read(), swap)?.issuedAt ?? null;
      return rows.sound().replacePassword({ ...swap, issuedAt });
    },
  })),
  broken("STO-SWAP", "keeps the later time of two passwords", (rows) => ({
    async replacePassword(swap) {
      const before = userBy(rows.read(), swap)?.issuedAt ?? 0;
      return rows.sound().replacePassword({ ...swap, issuedAt: swap.issuedAt === null ? null : Math.max(swap.issuedAt, before) });
    },
  })),
  broken("STO-SWAP", "rehashes no password of a disabled user", (rows) => ({
    async rehashPassword(swap) {
      return userBy(rows.read(), swap)?.status === "disabled" ? "stale" : rows.sound().rehashPassword(swap);
    },
  })),
  broken("STO-SWAP", "keeps the key of the password before", (rows) => ({
    async replacePassword(swap) {
      const passwordKeyId = userBy(rows.read(), swap)?.passwordKeyId ?? swap.passwordKeyId;
      return rows.sound().replacePassword({ ...swap, passwordKeyId });
    },
  })),
];
