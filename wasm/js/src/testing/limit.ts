import type { Attempt } from "../core/wire.js";
import { type Check, expect, expectAbsent, Finding, pause, RACERS, race, type TestedStorage } from "./check.js";
import { ANN, digestOf, partner } from "./record.js";

const PURPOSES = ["sign_on", "direct", "local", "replacement"] as const;
const LIMIT = { attempts: 5, window: 600_000 };
const SOURCE = "192.0.2.1";
const GUESS: Attempt = { purpose: "direct", source: SOURCE, subject: `${partner.domain} ${ANN}` };

const admit = async (storage: TestedStorage, attempt: Attempt, limit = LIMIT) => (await storage.admit?.(attempt, limit)) == null;

/** Makes attempts until one is refused; returns how many were admitted, `undefined` where no limit is met. */
async function usedUp(storage: TestedStorage, attempt: Attempt, limit = LIMIT): Promise<number | undefined> {
  for (let admitted = 0; admitted < RACERS; admitted += 1) if (!(await admit(storage, attempt, limit))) return admitted;
  return undefined;
}

/** Limits. */
export const LIMITS: Check[] = [
  {
    requirement: "STO-ADMIT",
    name: "the first attempt of a subject is admitted, however many came from its source before",
    async body(storage, companyId) {
      const subjects = {
        sign_on: digestOf("a"),
        direct: GUESS.subject,
        local: `1 ${companyId}/1`,
        replacement: `${companyId}/1`,
      };
      for (const purpose of PURPOSES) {
        const subject = subjects[purpose];
        expectAbsent(purpose, await storage.admit?.({ purpose, source: null, subject }, LIMIT));
        for (let attempt = 0; attempt < 200; attempt += 1) {
          const refused = await storage.admit?.({ purpose, source: SOURCE, subject }, LIMIT);
          if (refused == null) continue;
          const { retryAfter } = refused;
          const isFit = Number.isInteger(retryAfter) && retryAfter >= 0 && retryAfter < 2 ** 32;
          expect("whether it is told how many seconds to wait", isFit, true);
          break;
        }
        const other = { purpose, source: SOURCE, subject: `${subject}0` };
        expectAbsent(`a different subject, ${purpose}`, await storage.admit?.(other, LIMIT));
      }
    },
  },
  {
    requirement: "STO-ADMIT",
    name: "of attempts at once no more are admitted than of attempts one after the other",
    async body(storage) {
      const most = await usedUp(storage, GUESS);
      if (most === undefined) return;
      const admitted = await race(() => admit(storage, { ...GUESS, subject: `${GUESS.subject}0` }));
      const { length } = admitted.filter(Boolean);
      if (length === 0 || length > most)
        throw new Finding(`of ${RACERS} at once: expected 1 to ${most} admitted, came ${length}`);
    },
  },
  {
    requirement: "STO-ADMIT",
    name: "an attempt that is given back does not count",
    async body(storage) {
      const most = await usedUp(storage, GUESS);
      if (most === undefined || storage.giveBack === undefined) return;
      const none = { ...GUESS, subject: `${GUESS.subject} none` };
      await storage.giveBack(none, LIMIT);
      expect("how many are admitted where none was to give back", await usedUp(storage, none), most);
      await storage.giveBack(GUESS, LIMIT);
      expect("whether an attempt is admitted after one was given back", await admit(storage, GUESS), true);
      expect("whether a second one is admitted as well", await admit(storage, GUESS), false);
    },
  },
  {
    requirement: "STO-ADMIT",
    name: "an attempt that is refused is told when to come again, and goes on then, however often it was tried",
    async body(storage) {
      const short = { attempts: 3, window: 1000 };
      const brief = { ...GUESS, subject: `${GUESS.subject} brief` };
      // A storage may have limits of its own, of which nothing is known.
      const admitted = [await usedUp(storage, GUESS), await usedUp(storage, brief, short)];
      if (admitted[0] !== LIMIT.attempts || admitted[1] !== short.attempts) return;
      const { retryAfter = 0 } = (await storage.admit?.(GUESS, LIMIT)) ?? {};
      expect(`whether ${retryAfter} seconds are from 1 to 600`, retryAfter >= 1 && retryAfter <= 600, true);
      let isOver = false;
      for (let time = 0; !isOver && time < 30; time += 1) {
        await pause(100);
        isOver = await admit(storage, brief, short);
      }
      expect("whether the attempt goes on within 3 seconds, of a limit for one", isOver, true);
    },
  },
  {
    requirement: "STO-ADMIT",
    name: "an attempt counts for its purpose alone, so that none without a key uses up what one with a key may do",
    async body(storage) {
      for (const used of PURPOSES)
        for (const source of [SOURCE, null]) {
          const attempt = { source, subject: `${GUESS.subject} ${used} ${source}` };
          if ((await usedUp(storage, { ...attempt, purpose: used })) === undefined) continue;
          for (const purpose of PURPOSES)
            expect(
              `whether ${purpose} is admitted after ${used}`,
              await admit(storage, { ...attempt, purpose }),
              purpose !== used,
            );
        }
    },
  },
  {
    requirement: "STO-ADMIT",
    name: "an attempt without a key counts by its network, and one with a key does not",
    async body(storage, companyId) {
      if ((await usedUp(storage, { ...GUESS, source: "2001:db8::1" })) !== undefined) {
        const isAdmitted = (source: string) => admit(storage, { ...GUESS, source });
        expect("whether a different address of the network is admitted", await isAdmitted("2001:db8:0:0:9::2"), false);
        expect("whether a different network is admitted", await isAdmitted("2001:db8:0:1::1"), true);
      }
      const attempt: Attempt = { purpose: "local", source: SOURCE, subject: `1 ${companyId}/1` };
      if ((await usedUp(storage, attempt)) === undefined) return;
      expect(
        "whether a key is admitted from a different address",
        await admit(storage, { ...attempt, source: "192.0.2.2" }),
        false,
      );
    },
  },
];
