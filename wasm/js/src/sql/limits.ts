import type { Attempt } from "../core/wire.js";
import type { Storage } from "../storage/contract.js";
import { digestOf, type Limit, refusedUntil } from "../storage/limit.js";
import type { databaseOver } from "./database.js";
import { ATTEMPTS } from "./table.js";

/** Returns the methods that count attempts. */
export function limitsOver({
  one,
  change,
  insert,
  statement,
  column,
  object,
  tables,
  dialect,
}: ReturnType<typeof databaseOver>): Required<Pick<Storage, "admit" | "giveBack">> {
  const { attempts } = tables;

  return {
    async admit(attempt: Attempt, limit?: Limit): Promise<{ retryAfter: number } | undefined> {
      if (limit === undefined) return undefined;
      const digest = await digestOf(attempt);
      const now = Date.now();
      const expiresAt = now + limit.window;
      // What ends so late was begun before the clock was set back. The clocks of servers may differ by less.
      const latest = expiresAt + limit.window;
      const isOver = "(expires_at <= ? OR expires_at > ?)";
      const count = () =>
        change(
          `UPDATE ${attempts} SET made = CASE WHEN ${isOver} THEN 1 ELSE made + 1 END,
           expires_at = CASE WHEN ${isOver} THEN ? ELSE expires_at END
           WHERE digest = ? AND (made < ? OR ${isOver})`,
          [now, latest, now, latest, expiresAt, digest, limit.attempts, now, latest],
        );
      const begin = () => {
        const first = insert(ATTEMPTS, { digest, made: 1, expiresAt }, { suffix: statement(dialect.ifAbsent, []) });
        return change(first.sql, [...first.values]).catch((error: unknown) => {
          if (dialect.isDuplicate?.(error)) return 0;
          throw error;
        });
      };
      // Of those that begin at once one does; the others are counted after it.
      if ((await count()) > 0 || (await begin()) > 0 || (await count()) > 0) return undefined;
      const stored = await one<{ end: number }>(
        `SELECT ${column(object({ end: "expires_at" }))} FROM ${attempts} WHERE digest = ?`,
        [digest],
      );
      return refusedUntil(stored?.end ?? expiresAt, now);
    },

    async giveBack(attempt: Attempt, limit?: Limit): Promise<void> {
      if (limit === undefined) return;
      await change(`UPDATE ${attempts} SET made = made - 1 WHERE digest = ? AND made > 0`, [await digestOf(attempt)]);
    },
  };
}
