import { saveCode, saveToken } from "./change.js";
import { type Check, expect, expectAbsent } from "./check.js";
import { ANN, digestOf, given, partner } from "./record.js";

/** Purges and limits. */
export const OPERATOR: Check[] = [
  {
    requirement: "STO-PURGE",
    name: "a purge deletes what has expired and nothing else",
    async body(storage, companyId) {
      const { token, code } = await given(storage, companyId);
      for (const [letter, expiresAt] of [
        ["1", 99],
        ["2", 100],
        ["3", 101],
      ] as const) {
        await saveToken(storage, { ...token, digest: digestOf(letter), expiresAt });
        await saveCode(storage, { ...code, digest: digestOf(letter), expiresAt });
      }
      expect("how many are deleted", await storage.purge(100), 4);
      for (const letter of ["1", "2"]) {
        expectAbsent("an expired token", await storage.findToken(digestOf(letter)));
        expectAbsent("an expired code", await storage.takeCode(digestOf(letter)));
      }
      expect("a token", (await storage.findToken(digestOf("3")))?.token.expiresAt, 101);
      expect("a code", (await storage.takeCode(digestOf("3")))?.code.expiresAt, 101);
      expect("how many are deleted next", await storage.purge(100), 0);
    },
  },
  {
    requirement: "STO-ADMIT",
    name: "a first attempt is admitted",
    async body(storage, companyId) {
      const subjects = { sign_on: digestOf("a"), direct: `${partner.domain} ${ANN}`, replacement: `${companyId}/1` };
      for (const purpose of ["sign_on", "direct", "replacement"] as const) {
        const attempt = { purpose, source: null, subject: subjects[purpose] };
        expectAbsent(purpose, await storage.admit?.(attempt));
      }
    },
  },
];
