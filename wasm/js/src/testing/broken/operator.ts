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
  broken("STO-ADMIT", "refuses the first attempt", () => ({ admit: async () => ({ retryAfter: 1 }) })),
];
