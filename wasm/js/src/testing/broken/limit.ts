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
  broken("STO-ADMIT", "counts for 30 days, whatever the limit says", (rows) => ({
    admit: async (attempt, limit) => rows.sound().admit?.(attempt, limit && { ...limit, window: 30 * 86_400_000 }),
  })),
  broken("STO-ADMIT", "never admits who was refused once", (rows) => {
    const refused = new Set<string>();
    return {
      async admit(attempt, limit) {
        const name = JSON.stringify(attempt);
        const refusal = refused.has(name) ? { retryAfter: 1 } : await rows.sound().admit?.(attempt, limit);
        if (refusal) refused.add(name);
        return refusal;
      },
      async giveBack(attempt, limit) {
        refused.delete(JSON.stringify(attempt));
        await rows.sound().giveBack?.(attempt, limit);
      },
    };
  }),
  broken("STO-ADMIT", "begins the time anew with each attempt that is refused", (rows) => {
    const ends = new Map<string, number>();
    return {
      async admit(attempt, limit) {
        const name = JSON.stringify(attempt);
        const isHeld = (ends.get(name) ?? 0) > Date.now();
        const refusal = isHeld ? { retryAfter: 1 } : await rows.sound().admit?.(attempt, limit);
        // Several times as long, since a busy machine tries seldom.
        if (refusal) ends.set(name, Date.now() + 10 * (limit?.window ?? 0));
        return refusal;
      },
      async giveBack(attempt, limit) {
        ends.delete(JSON.stringify(attempt));
        await rows.sound().giveBack?.(attempt, limit);
      },
    };
  }),
  ...[1000, 0].map((factor) =>
    broken("STO-ADMIT", `tells ${factor} times the seconds to wait`, (rows) => ({
      async admit(attempt, limit) {
        const refusal = await rows.sound().admit?.(attempt, limit);
        return refusal && { retryAfter: factor * refusal.retryAfter };
      },
    })),
  ),
  broken("STO-ADMIT", "gives back what was not counted", (rows) => {
    const made = new Map<string, number>();
    return {
      async admit(attempt, limit) {
        const name = JSON.stringify(attempt);
        const count = made.get(name) ?? 0;
        made.set(name, count + 1);
        return count < 0 ? undefined : rows.sound().admit?.(attempt, limit);
      },
      async giveBack(attempt, limit) {
        const name = JSON.stringify(attempt);
        made.set(name, (made.get(name) ?? 0) - 1);
        await rows.sound().giveBack?.(attempt, limit);
      },
    };
  }),
];
