import { type BrokenStorage, betweenStatements, broken } from "./rows.js";

export const LIMIT: BrokenStorage[] = [
  broken("STO-ADMIT", "reads how many attempts there were and then counts one more", () => {
    const counts = new Map<string, number>();
    return {
      async admit({ purpose, subject }, limit) {
        const name = `${purpose} ${subject}`;
        const count = counts.get(name) ?? 0;
        await betweenStatements;
        if (limit !== undefined && count >= limit.attempts) return { retryAfter: 1 };
        counts.set(name, count + 1);
        return undefined;
      },
    };
  }),
  broken("STO-ADMIT", "never gives an attempt back", () => ({ giveBack: async () => {} })),
  broken("STO-ADMIT", "forgets all attempts when one is given back", (rows) => ({
    async giveBack(attempt, limit) {
      for (let made = 0; made < 10; made += 1) await rows.sound().giveBack?.(attempt, limit);
    },
  })),
  broken("STO-ADMIT", "counts all purposes as one", (rows) => ({
    admit: (attempt, limit) => rows.sound().admit?.({ ...attempt, purpose: "direct" }, limit) ?? Promise.resolve(undefined),
  })),
  broken("STO-ADMIT", "counts attempts without a key whatever their source", (rows) => ({
    admit: (attempt, limit) => rows.sound().admit?.({ ...attempt, source: null }, limit) ?? Promise.resolve(undefined),
  })),
];
