import { type Check, expect, expectAbsent } from "./check.js";
import { added, newUser } from "./record.js";

/** What the pairs of `spec/emails.json` that name different users have before their domain. `#` is a name. */
const PAIRS = `
#ab@ #a.b@
#@ #+tag@
#+a@ #+b@
#@ #+@
#a@ #a-tag@
#a@ #a=tag@
#ab@ #a-b@
#ab@ #a'b@
#a-b@ #a_b@
#a@ #a/b@
#-1@ #-01@
#@ #%a.example@
#a@ #a?b@
#ab@ #a^b@
#ab@ #a~b@
#ab@ #a!b@
#ab@ #a{b@
#a@ #a12@
#ab@ #%b@
#a@ #%@
#ab@ #_b@
#ab@ #*@
#ab@ #?b@
#axb@ #a.b@
#a@ #a|b@
#aa@ #a+@
#@axb. #@a.b.
#a@ #%61@
#a+b@ #a%2Bb@
#a%b@ #a%25b@
#a&b@ #a&ampb@
#a@ #=61@
#a'b@ #a''b@
#$a@ #$$a@
#%a@ #%%a@
#@ #&a=1@
#ab@ #a\`b@
#@ #@a.
#@a. #@b.
#@gmail. #@googlemail.
#@ #@www.
#@ab. #@a-b.
#@ab. #@a.b.
#@a.bc. #@ab.c.
#@a. #@xn--4ca.
#@xn--4ca. #@xn--1ca.
#@a. #@b.a.
#@1. #@01.
#a~@ #b_@
#a\`@ #b?@
#wlkffsvo@ #okxxbftd@
#aacq@ #apaa@
#aca@ #bab@
`;

/** The lengths at which columns and indexes cut an e-mail. */
const CUTS = [232, 200, 191, 128, 100, 80, 63, 50, 40, 32, 30];

const LOCAL = 64;

/** Returns the pairs of e-mails that differ, each with names of its own. */
export function emailPairs(name: (length: number) => string): string[][] {
  const pairs = PAIRS.trim().split("\n");
  const cuts = CUTS.map((length) => {
    const labels = "x".repeat(Math.max(0, length - LOCAL - 1)).replace(/(x{60})x/g, "$1.");
    return length < LOCAL ? "#a@ #b@" : `#@${labels}a. #@${labels}b.`;
  });
  return [...pairs, ...cuts].map((pair, index) => {
    const length = CUTS[index - pairs.length] ?? 24;
    const own = name(Math.min(length, LOCAL));
    return pair.split(" ").map((email) => `${email.toLowerCase().replaceAll("#", own)}ssokey-check.example`);
  });
}

/** Users whose e-mails are alike. */
export const EMAIL_PAIRS: Check[] = [
  {
    requirement: "STO-FIND",
    name: "e-mails that collations, patterns or short columns take for one are two users",
    async body(storage, companyId) {
      const numbers = Array.from({ length: 99 }, (_, number) => number);
      const pairs = emailPairs((length) => `${numbers.pop()}`.padStart(length, "n"));
      for (const [one = "", other = ""] of pairs) {
        const user = await added(storage, newUser(companyId, one));
        expectAbsent(other, await storage.findUser(companyId, other));
        const second = await added(storage, newUser(companyId, other));
        expect(one, (await storage.findUser(companyId, one))?.id, user.id);
        expect(other, (await storage.findUser(companyId, other))?.id, second.id);
      }
    },
  },
];
