import type { StoredKey } from "../../core/wire.js";
import { type BrokenStorage, broken } from "./rows.js";

const listing = (name: string, change: (key: StoredKey) => Partial<StoredKey>): BrokenStorage =>
  broken("STO-USED", name, (rows) => ({
    async listKeys(companyId, after, limit) {
      const listed = await rows.sound().listKeys(companyId, after, limit);
      return listed.map((key) => ({ ...key, ...change(key) }));
    },
  }));

export const USE: BrokenStorage[] = [
  listing("does not keep when a key was issued", () => ({ createdAt: null })),
  listing("takes a new key for a used one", ({ createdAt, lastUsedAt }) => ({ lastUsedAt: lastUsedAt ?? createdAt })),
  broken("STO-USED", "takes a key that is found for a used one", (rows) => {
    let found = false;
    return {
      async findKey(digest) {
        found = true;
        return rows.sound().findKey(digest);
      },
      async listKeys(companyId, after, limit) {
        const listed = await rows.sound().listKeys(companyId, after, limit);
        return listed.map((key) => (found ? { ...key, lastUsedAt: Date.now() } : key));
      },
    };
  }),
  broken("STO-USED", "knows no use by a code", (rows) => ({
    async saveCode(code, event) {
      const { keyTimes } = rows.read();
      await rows.sound().saveCode(code, event);
      rows.edit((contents) => (contents.keyTimes = keyTimes));
    },
  })),
  broken("STO-USED", "knows no use by a token", (rows) => {
    const uses = new Map<number, number>();
    return {
      async saveCode(code, event) {
        await rows.sound().saveCode(code, event);
        uses.set(code.keyId, event.at);
      },
      async listKeys(companyId, after, limit) {
        const listed = await rows.sound().listKeys(companyId, after, limit);
        return listed.map((key) => ({ ...key, lastUsedAt: uses.get(key.id) ?? null }));
      },
    };
  }),
  broken("STO-USED", "takes the last use of a key back", (rows) => {
    const uses = new Map<number | null, number>();
    return {
      async saveToken(token, event) {
        await rows.sound().saveToken(token, event);
        uses.set(token.keyId, event.at);
      },
      async listKeys(companyId, after, limit) {
        const listed = await rows.sound().listKeys(companyId, after, limit);
        return listed.map((key) => ({ ...key, lastUsedAt: uses.get(key.id) ?? key.lastUsedAt }));
      },
    };
  }),
];
