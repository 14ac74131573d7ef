import { type Check, expect, expectAbsent } from "./check.js";
import { ANN, digestOf, partner } from "./record.js";

/** Limits. */
export const LIMITS: Check[] = [
  {
    requirement: "STO-ADMIT",
    name: "the first attempt of a subject is admitted, however many came from its source before",
    async body(storage, companyId) {
      const source = "192.0.2.1";
      const subjects = { sign_on: digestOf("a"), direct: `${partner.domain} ${ANN}`, replacement: `${companyId}/1` };
      for (const purpose of ["sign_on", "direct", "replacement"] as const) {
        const subject = subjects[purpose];
        expectAbsent(purpose, await storage.admit?.({ purpose, source: null, subject }));
        for (let attempt = 0; attempt < 200; attempt += 1) {
          const refused = await storage.admit?.({ purpose, source, subject });
          if (refused == null) continue;
          const { retryAfter } = refused;
          const isFit = Number.isInteger(retryAfter) && retryAfter >= 0 && retryAfter < 2 ** 32;
          expect("whether it is told how many seconds to wait", isFit, true);
          break;
        }
        expectAbsent(`a different subject, ${purpose}`, await storage.admit?.({ purpose, source, subject: `${subject}0` }));
      }
    },
  },
];
