import type { User } from "../core/wire.js";
import { createCompany, deleteCompany, deleteUser, eventOf, saveCode, saveKey, saveToken, setUserEmail } from "./change.js";
import { type Check, expect, expectAbsent, expectEvents, expectSoon, present, RACERS, race } from "./check.js";
import { ANN, added, BOB, digestOf, given, NOBODY, newKey, newUser, other, otherCompany, partner } from "./record.js";

const NEW = `b_%'@${"d.".repeat(90)}example`;

const numbered = (index: number) => digestOf(`${index}`);

/** Users' new addresses, and what is deleted. */
export const DELETIONS: Check[] = [
  {
    requirement: "STO-EMAIL",
    name: "a user gets a different e-mail and a raised version, and nothing else changes",
    async body(storage, companyId) {
      const { user, token, swap } = await given(storage, companyId);
      const bob = await added(storage, newUser(companyId, BOB));
      await added(storage, newUser(await otherCompany(storage), NEW));
      await saveToken(storage, token);
      expect("renaming", await setUserEmail(storage, companyId, user.id, NEW), "done");
      const renamed = { ...user, email: NEW, credentialVersion: 2 };
      expect("the user", await storage.findUser(companyId, NEW), renamed);
      expectAbsent("by the e-mail before", await storage.findUser(companyId, ANN));
      expect("the holder of a token", (await storage.findToken(token.digest))?.holder.user, renamed);
      expect("a write that was in flight", await storage.replacePassword(swap), "stale");
      expect("the other user", await storage.findUser(companyId, bob.email), bob);
      const ann = await added(storage, newUser(companyId));
      expect("the same e-mail", await setUserEmail(storage, companyId, ann.id, ANN), "done");
      expect("the version", (await storage.findUser(companyId, ANN))?.credentialVersion, 2);
    },
  },
  {
    requirement: "STO-EMAIL",
    name: "a user gets no e-mail that a different one has, and a different company's user gets none",
    async body(storage, companyId, events) {
      const otherId = await otherCompany(storage);
      const user = await added(storage, newUser(companyId));
      const bob = await added(storage, newUser(companyId, BOB));
      const before = (await events())?.length;
      expect("an e-mail that is taken", await setUserEmail(storage, companyId, user.id, bob.email), "exists");
      expect("by a different company", await setUserEmail(storage, otherId, user.id, NEW), "none");
      expect("nobody", await setUserEmail(storage, companyId, NOBODY, NEW), "none");
      expect("the users", await storage.listUsers(companyId, 0, 10), [user, bob]);
      expect("the number of events", (await events())?.length, before);
    },
  },
  {
    requirement: "STO-EMAIL",
    name: "of 64 users who get one e-mail at once exactly one gets it, and none fails",
    async body(storage, companyId) {
      const users: User[] = [];
      for (let index = 0; index < RACERS; index += 1)
        users.push(await added(storage, newUser(companyId, `u${index}@partner.example`)));
      const outcomes = await race((index) => setUserEmail(storage, companyId, users[index]?.id ?? NOBODY, ANN));
      const winner = users[outcomes.indexOf("done")];
      expect("the others", outcomes.filter((outcome) => outcome === "exists").length, RACERS - 1);
      expect("the user", (await storage.findUser(companyId, ANN))?.id, winner?.id);
    },
  },
  {
    requirement: "STO-EMAIL",
    name: "an e-mail that a user gave up may be given to a different one",
    async body(storage, companyId) {
      const user = await added(storage, newUser(companyId));
      const bob = await added(storage, newUser(companyId, BOB));
      await setUserEmail(storage, companyId, user.id, NEW);
      expect("giving the e-mail", await setUserEmail(storage, companyId, bob.id, ANN), "done");
      expect("giving that user's to the one before", await setUserEmail(storage, companyId, user.id, bob.email), "done");
      expect("who has it", (await storage.findUser(companyId, ANN))?.id, bob.id);
      expect("who has the other", (await storage.findUser(companyId, bob.email))?.id, user.id);
    },
  },
  {
    requirement: "STO-DELETE",
    name: "the e-mail of a user who is deleted is free for a new one, and so are a company's domain and e-mail",
    async body(storage, companyId) {
      await deleteUser(storage, companyId, (await added(storage, newUser(companyId))).id);
      const user = await added(storage, newUser(companyId));
      expect("the new user", await storage.findUser(companyId, ANN), user);
      await deleteCompany(storage, await otherCompany(storage));
      const withDomain = await createCompany(storage, { ...other, email: "it@third.example" });
      const withEmail = await createCompany(storage, { ...other, domain: "third.example" });
      await expectSoon("the new company", () => storage.findCompany(other.domain), present("of its domain", withDomain));
      expect("the next", await storage.findCompanyByEmail(other.email), present("of its e-mail", withEmail));
    },
  },
  {
    requirement: "STO-DELETE",
    name: "a user is deleted with tokens and codes, and nobody else",
    async body(storage, companyId) {
      const { user, token, code, swap } = await given(storage, companyId);
      const bob = await added(storage, newUser(companyId, BOB));
      const theirs = { userId: bob.id, digest: digestOf("e") };
      for (const members of [{}, theirs]) {
        await saveToken(storage, { ...token, ...members });
        await saveCode(storage, { ...code, ...members });
      }
      expect("by a different company", await deleteUser(storage, await otherCompany(storage), user.id), false);
      expect("nobody", await deleteUser(storage, companyId, NOBODY), false);
      expect("who is there", (await storage.listUsers(companyId, 0, 10)).length, 2);
      expect("deleting", await deleteUser(storage, companyId, user.id), true);
      expectAbsent("the user", await storage.findUser(companyId, ANN));
      expect("the users", await storage.listUsers(companyId, 0, 10), [bob]);
      expectAbsent("the token", await storage.findToken(token.digest));
      expectAbsent("the code", await storage.takeCode(code.digest));
      expect("a write that was in flight", await storage.replacePassword(swap), "stale");
      expect("the other's token", (await storage.findToken(theirs.digest))?.holder.user, bob);
      expect("the other's code", (await storage.takeCode(theirs.digest))?.holder.user, bob);
      expect("deleting again", await deleteUser(storage, companyId, user.id), false);
    },
  },
  {
    requirement: "STO-ID",
    name: "the id of a user, a company or a key that is deleted is not given again",
    async body(storage, companyId) {
      const ids: number[][] = [[], [], []];
      let id = companyId;
      for (let round = 0; round < 3; round += 1) {
        const key = await saveKey(storage, newKey(id));
        const { id: user } = await added(storage, newUser(id));
        if (round < 2) await deleteUser(storage, id, user);
        const { id: next } = await added(storage, newUser(id, BOB));
        for (const [index, given] of [[id], [key], [user, next]].entries()) ids[index]?.push(...given);
        await deleteCompany(storage, id);
        const again = await createCompany(storage, partner);
        id = again === "exists" ? NOBODY : again.id;
      }
      for (const given of ids) expect("how many ids there are", new Set(given).size, given.length);
    },
  },
  {
    requirement: "STO-DELETE",
    name: "a token of a user who is deleted meanwhile is refused or names nobody, and the deletion is done",
    async body(storage, companyId) {
      const { user, token, code } = await given(storage, companyId);
      const save = (index: number) => {
        const digest = numbered(index);
        return index % 2 === 0 ? saveToken(storage, { ...token, digest }) : saveCode(storage, { ...code, digest });
      };
      expect("deleting", await amidst(save, () => deleteUser(storage, companyId, user.id)), true);
      for (let index = 0; index < RACERS; index += 1) {
        const digest = numbered(index);
        expectAbsent("a token", await storage.findToken(digest));
        expectAbsent("a code", await storage.takeCode(digest));
      }
      expectAbsent("the user", await storage.findUser(companyId, ANN));
    },
  },
  {
    requirement: "STO-DELETE",
    name: "a company is deleted with all that is its own, and no other",
    async body(storage, companyId) {
      const otherId = await otherCompany(storage);
      const { token, code, swap } = await given(storage, companyId);
      const bob = await added(storage, newUser(otherId, BOB));
      const key = await saveKey(storage, newKey(otherId, "b"));
      const theirs = { companyId: otherId, userId: bob.id, keyId: key, digest: digestOf("e") };
      for (const members of [{}, theirs]) {
        await saveToken(storage, { ...token, ...members });
        await saveCode(storage, { ...code, ...members });
      }
      expect("no company", await deleteCompany(storage, NOBODY), false);
      expect("deleting", await deleteCompany(storage, companyId), true);
      expect(
        "the companies",
        (await storage.listCompanies(0, 10)).map(({ id }) => id),
        [otherId],
      );
      expectAbsent("the company", await storage.findCompanyByEmail(partner.email));
      await expectSoon("by the domain", async () => (await storage.findCompany(partner.domain)) ?? null, null);
      await expectSoon("the key", async () => (await storage.findKey(digestOf("a"))) ?? null, null);
      expect("its users", await storage.listUsers(companyId, 0, 10), []);
      expect("its keys", await storage.listKeys(companyId, 0, 10), []);
      expectAbsent("the user", await storage.findUser(companyId, ANN));
      expectAbsent("the token", await storage.findToken(token.digest));
      expectAbsent("the code", await storage.takeCode(code.digest));
      expect("a write that was in flight", await storage.replacePassword(swap), "stale");
      expect("the other's token", (await storage.findToken(theirs.digest))?.holder.user, bob);
      expect("the other's code", (await storage.takeCode(theirs.digest))?.holder.user, bob);
      expect(
        "the other's keys",
        (await storage.listKeys(otherId, 0, 10)).map(({ id }) => id),
        [key],
      );
      expect("deleting again", await deleteCompany(storage, companyId), false);
    },
  },
  {
    requirement: "STO-DELETE",
    name: "what is stored of a company that is deleted meanwhile is refused or deleted, and the deletion is done",
    async body(storage, companyId) {
      const { token } = await given(storage, companyId);
      const email = (index: number) => `u${index}@partner.example`;
      const save = (index: number): Promise<unknown> =>
        index % 4 === 1
          ? saveKey(storage, newKey(companyId, `${index}`))
          : index % 2 === 0
            ? saveToken(storage, { ...token, digest: numbered(index) })
            : storage.createUser(newUser(companyId, email(index)), null);
      expect("deleting", await amidst(save, () => deleteCompany(storage, companyId)), true);
      expect("its users", await storage.listUsers(companyId, 0, 100), []);
      expect("its keys", await storage.listKeys(companyId, 0, 100), []);
      for (let index = 0; index < RACERS; index += 1) {
        expectAbsent("a token", await storage.findToken(numbered(index)));
        await expectSoon("a key", async () => (await storage.findKey(numbered(index))) ?? null, null);
        expectAbsent("a user", await storage.findUser(companyId, email(index)));
      }
    },
  },
  {
    requirement: "STO-AUDIT",
    name: "a new e-mail and a deletion are stored with their events, and events of who is deleted stay",
    async body(storage, companyId, events) {
      const { user, token } = await given(storage, companyId);
      await saveToken(storage, token);
      const before = await events();
      const bob = await added(storage, newUser(companyId, BOB));
      await setUserEmail(storage, companyId, user.id, NEW);
      await setUserEmail(storage, companyId, user.id, bob.email);
      await deleteUser(storage, companyId, user.id);
      await deleteUser(storage, companyId, user.id);
      await deleteCompany(storage, companyId);
      await deleteCompany(storage, companyId);
      await expectEvents("the events", events, [
        ...(before ?? []),
        eventOf("user_email_set", { companyId, userId: user.id }),
        eventOf("user_deleted", { companyId, userId: user.id }),
        eventOf("company_deleted", { companyId }),
      ]);
      if ((await events()) === undefined) return;
      const filter = { since: 0, companyId, userId: null, keyId: null, kind: null };
      const stored = (await storage.listEvents(filter, 0, 500)).filter(({ userId }) => userId === user.id);
      expect(
        "whose events they were",
        stored.map(({ userEmail }) => userEmail),
        [null, null, null],
      );
    },
  },
];

/** Deletes amidst {@link RACERS} calls, which may fail, and returns what came of it once all have ended. */
async function amidst(save: (index: number) => Promise<unknown>, deletion: () => Promise<boolean>): Promise<boolean> {
  const half = (from: number) => Array.from({ length: RACERS / 2 }, (_, index) => save(from + index));
  const saved = half(0);
  const deleted = deletion();
  saved.push(...half(RACERS / 2));
  await Promise.allSettled(saved);
  return deleted;
}
