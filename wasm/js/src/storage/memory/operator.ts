// The operator's part of a storage in memory.

import type {
  Company,
  CompanyMembers,
  Event,
  EventFilter,
  KeyEnding,
  KeyRotation,
  KeyStatus,
  Manager,
  NewCompany,
  NewKey,
  NewProduct,
  PasswordDisabling,
  Product,
  ProductRotation,
  Status,
  StoredEvent,
  StoredKey,
  Token,
  User,
  UserMembers,
} from "../../core/wire.js";
import type { OperatorStorage } from "../contract.js";
import { firstCompanyValues } from "../new-record.js";
import { copyOf, page, type Records, remove, removeByDigest, requireLowerCase } from "./records.js";

/** Returns the operator's methods. Those of requests too are in the storage itself. */
export function operatorMethods(shared: Records): Omit<OperatorStorage, "findUser" | "createUser" | "audit"> {
  const { attempts, nextId, userOf, keyOf, record, idOf, saveKey, set } = shared;
  const { companies, keys, keyTimes, users, tokens, codes, products, events } = shared.contents;
  return {
    async findCompanyByEmail(email: string): Promise<Company | undefined> {
      return copyOf(companies.find((company) => company.email === email));
    },

    async createCompany(draft: NewCompany, event: Event): Promise<Company | "exists"> {
      requireLowerCase(draft.domain, draft.email);
      if (companies.some(({ domain, email }) => domain === draft.domain || email === draft.email)) return "exists";
      const company = { id: nextId.company(), ...firstCompanyValues(draft) };
      companies.push(company);
      record({ ...event, companyId: company.id });
      return copyOf(company);
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
      remove(users, isOf);
      for (const rows of [tokens, codes]) removeByDigest(rows, isOf);
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
      for (const rows of [tokens, codes]) removeByDigest(rows, (row) => row.companyId === companyId && row.userId === userId);
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
      return copyOf(products.toSorted((a, b) => (a.name < b.name ? -1 : 1)));
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
        return { ...event, id: idOf(event), userEmail: user?.email ?? null };
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
      return removeByDigest(tokens, hasExpired) + removeByDigest(codes, hasExpired);
    },
  };
}
