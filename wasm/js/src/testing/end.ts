import { endKey, eventOf, saveKey, setCompanyStatus, setKeyStatus, setUserStatus, signOut } from "./change.js";
import { type Check, expect, expectAbsent, expectEvents, race } from "./check.js";
import { ANN, added, BOB, everyKind, given, NOBODY, newKey, newUser, otherCompany, TIME } from "./record.js";

/** What is ended after a leak: keys with the passwords that they set, and tokens. */
export const ENDS: Check[] = [
  {
    requirement: "STO-END",
    name: "the passwords that a key set are unusable once it is ended, and no others",
    async body(storage, companyId) {
      const { user, keyId, swap } = await given(storage, companyId);
      const other = await saveKey(storage, newKey(companyId, "b"));
      const bob = await added(storage, { ...newUser(companyId, BOB), passwordKeyId: other });
      const eve = await added(storage, newUser(companyId, "eve@partner.example"));
      const local = { ...newUser(companyId, "dan@partner.example"), managedBy: "local", passwordKeyId: keyId } as const;
      const dan = await added(storage, local);
      const fay = await added(storage, { ...newUser(companyId, "fay@partner.example"), passwordKeyId: keyId });
      await setUserStatus(storage, companyId, fay.id, "disabled");
      await storage.replacePassword({ ...swap, issuedAt: TIME });
      expect("ending", await endKey(storage, companyId, keyId), 3);
      const unusable = { passwordHash: "!", issuedAt: null, passwordKeyId: null };
      expect("the user", await storage.findUser(companyId, ANN), { ...user, ...unusable, credentialVersion: 3 });
      expect("a local user", await storage.findUser(companyId, dan.email), { ...dan, ...unusable, credentialVersion: 2 });
      const gone = { ...fay, ...unusable, status: "disabled", credentialVersion: 3 };
      expect("a disabled user", await storage.findUser(companyId, fay.email), gone);
      expect("a different key's user", await storage.findUser(companyId, bob.email), bob);
      expect("no key's user", await storage.findUser(companyId, eve.email), eve);
      expect("a write that was in flight", await storage.replacePassword({ ...swap, expectedVersion: 2 }), "stale");
      const states = (await storage.listKeys(companyId, 0, 500)).map(({ id, status }) => [id, status]);
      expect("the keys", Object.fromEntries(states), { [keyId]: "revoked", [other]: "enabled" });
    },
  },
  {
    requirement: "STO-END",
    name: "a key that is not enabled is ended as well, any number of times",
    async body(storage, companyId) {
      const { user, keyId, swap } = await given(storage, companyId);
      for (const [index, status] of (["disabled", "revoked"] as const).entries()) {
        await storage.replacePassword({ ...swap, expectedVersion: 1 + 2 * index });
        await setKeyStatus(storage, companyId, keyId, status);
        expect(`ending one that is ${status}`, await endKey(storage, companyId, keyId), 1);
      }
      expect("ending again", await endKey(storage, companyId, keyId), 0);
      expect("the user", await storage.findUser(companyId, ANN), {
        ...user,
        passwordHash: "!",
        issuedAt: null,
        credentialVersion: 5,
      });
    },
  },
  {
    requirement: "STO-END",
    name: "a different company's key is not ended, and neither is one that is not there",
    async body(storage, companyId) {
      const { keyId, swap } = await given(storage, companyId);
      await storage.replacePassword(swap);
      const before = await storage.findUser(companyId, ANN);
      expectAbsent("by a different company", await endKey(storage, await otherCompany(storage), keyId));
      expectAbsent("no key", await endKey(storage, companyId, NOBODY));
      expect("the user", await storage.findUser(companyId, ANN), before);
      expect(
        "the keys",
        (await storage.listKeys(companyId, 0, 500)).map(({ status }) => status),
        ["enabled"],
      );
    },
  },
  {
    requirement: "STO-END",
    name: "of a replacement and 64 endings at once, the version tells of each that applied",
    async body(storage, companyId) {
      const { keyId, swap } = await given(storage, companyId);
      const [counts, replaced] = await Promise.all([
        race(() => endKey(storage, companyId, keyId)),
        storage.replacePassword(swap),
      ]);
      const ended = counts.reduce<number>((sum, count) => sum + (count ?? NOBODY), 0);
      expect("the replacement", replaced, 2);
      expect("the version", (await storage.findUser(companyId, ANN))?.credentialVersion, 2 + ended);
    },
  },
  {
    requirement: "STO-OUT",
    name: "the version of a user who is signed out is raised, and nothing else changes",
    async body(storage, companyId) {
      const { user, swap } = await given(storage, companyId);
      const bob = await added(storage, newUser(companyId, BOB));
      expect("signing out", await signOut(storage, companyId, user.id), true);
      expect("the user", await storage.findUser(companyId, ANN), { ...user, credentialVersion: 2 });
      expect("a write that was in flight", await storage.replacePassword(swap), "stale");
      expect("the other user", await storage.findUser(companyId, bob.email), bob);
      expect("by a different company", await signOut(storage, await otherCompany(storage), user.id), false);
      expect("nobody", await signOut(storage, companyId, NOBODY), false);
      expect("the user then", await storage.findUser(companyId, ANN), { ...user, credentialVersion: 2 });
    },
  },
  {
    requirement: "STO-OUT",
    name: "the version of each user of a company that is signed out is raised, and of no others",
    async body(storage, companyId) {
      const otherId = await otherCompany(storage);
      const users = await everyKind(storage, companyId);
      const stranger = await added(storage, newUser(otherId, "eve@partner.example"));
      expect("signing out", await signOut(storage, companyId, null), true);
      for (const user of users) {
        const expected = { ...user, credentialVersion: user.credentialVersion + 1 };
        expect(user.email, await storage.findUser(companyId, user.email), expected);
      }
      expect("a different company's user", await storage.findUser(otherId, stranger.email), stranger);
      expect("no company", await signOut(storage, NOBODY, null), false);
    },
  },
  {
    requirement: "STO-OUT",
    name: "a company without users is there to be signed out, disabled and enabled",
    async body(storage) {
      const companyId = await otherCompany(storage);
      expect("signing out", await signOut(storage, companyId, null), true);
      for (const status of ["disabled", "enabled"] as const)
        expect(`whether it is ${status}`, await setCompanyStatus(storage, companyId, status), true);
    },
  },
  {
    requirement: "STO-AUDIT",
    name: "a key that is ended, and who is signed out, are stored with their events",
    async body(storage, companyId, events) {
      const { user, keyId } = await given(storage, companyId);
      const before = (await events())?.length ?? 0;
      await endKey(storage, companyId, keyId);
      await signOut(storage, companyId, user.id);
      await signOut(storage, companyId, null);
      await endKey(storage, companyId, NOBODY);
      await signOut(storage, companyId, NOBODY);
      await signOut(storage, NOBODY, null);
      await expectEvents("the events", async () => (await events())?.slice(before), [
        eventOf("key_ended", { companyId, keyId }),
        eventOf("signed_out", { companyId, userId: user.id }),
        eventOf("signed_out", { companyId }),
      ]);
    },
  },
];
