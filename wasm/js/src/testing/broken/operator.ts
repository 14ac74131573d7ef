import { type BrokenStorage, broken } from "./rows.js";

export const OPERATOR: BrokenStorage[] = [
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
  broken("STO-PURGE", "counts the purged tokens alone", (rows) => ({
    async purge(now) {
      const { length } = rows.read().tokens;
      await rows.sound().purge(now);
      return length - rows.read().tokens.length;
    },
  })),
  broken("STO-PURGE", "purges keys that are revoked", (rows) => ({
    async purge(now) {
      rows.edit((contents) => (contents.keys = contents.keys.filter(({ status }) => status !== "revoked")));
      return rows.sound().purge(now);
    },
  })),
  broken("STO-PURGE", "purges secrets that have ended", (rows) => ({
    async purge(now) {
      rows.edit(({ products }) => {
        for (const product of products)
          if ((product.previousSecretExpiresAt ?? now + 1) <= now)
            Object.assign(product, { previousSecretDigest: null, previousSecretExpiresAt: null });
      });
      return rows.sound().purge(now);
    },
  })),
  broken("STO-PURGE", "purges events as well", (rows) => ({
    async purge(now) {
      rows.edit((contents) => (contents.events = contents.events.filter(({ at }) => at > now)));
      return rows.sound().purge(now);
    },
  })),
  broken("STO-ADMIT", "refuses the first attempt", () => ({ admit: async () => ({ retryAfter: 1 }) })),
];
