import type { Token } from "../core/wire.js";
import {
  createCompany,
  eventOf,
  rotateKey,
  saveCode,
  saveKey,
  saveToken,
  setCompanyStatus,
  setKeyStatus,
  setUserManager,
  setUserStatus,
} from "./change.js";
import { type Check, expect, expectAbsent, expectEvents, expectFailure, expectNot } from "./check.js";
import { ANN, added, BOB, digestOf, given, NOBODY, newKey, newUser, other, otherCompany } from "./record.js";

/** What records refer to, and failures. */
export const REFER: Check[] = [
  {
    requirement: "STO-REFER",
    name: "a user and a key of a company that is not there are refused, and leave no event",
    async body(storage, companyId, events) {
      for (const nowhere of [NOBODY, companyId + 1]) {
        await expectFailure("a user", storage.createUser(newUser(nowhere), null));
        const event = eventOf("user_added", { companyId: nowhere });
        await expectFailure("a user with an event", storage.createUser(newUser(nowhere), event));
        await expectFailure("a key", saveKey(storage, newKey(nowhere)));
        expectAbsent("the user", await storage.findUser(nowhere, ANN));
        expect("its users", await storage.listUsers(nowhere, 0, 10), []);
        expect("its keys", await storage.listKeys(nowhere, 0, 10), []);
      }
      expectAbsent("the key", await storage.findKey(digestOf("a")));
      await expectEvents("the events", events, []);
    },
  },
  {
    requirement: "STO-REFER",
    name: "a token or a code whose user, company or key is not there, or of a different company, names nobody",
    async body(storage, companyId) {
      const otherId = await otherCompany(storage);
      const { token, code } = await given(storage, companyId);
      const theirs = await added(storage, { ...newUser(otherId), passwordHash: "$argon2id$theirs" });
      const bob = await added(storage, newUser(otherId, BOB));
      const key = await saveKey(storage, newKey(otherId, "b"));
      const wrong: Partial<Token>[] = [{ userId: NOBODY }, { keyId: NOBODY }, { companyId: NOBODY }, { keyId: key }];
      // A user's id is unique within the company at least, so that a different company's may be the same.
      for (const { id: userId } of [theirs, bob]) {
        if ((await storage.listUsers(companyId, 0, 10)).every(({ id }) => id !== userId)) wrong.push({ userId });
      }
      for (const [index, members] of wrong.entries()) {
        const digest = digestOf(`${index}`);
        await saveToken(storage, { ...token, digest, ...members }).catch(() => {});
        await saveCode(storage, { ...code, digest, ...members } as typeof code).catch(() => {});
        const [named] = Object.keys(members);
        expectAbsent(`a token with a wrong ${named}`, await storage.findToken(digest));
        expectAbsent(`a code with a wrong ${named}`, await storage.takeCode(digest));
      }
    },
  },
  {
    requirement: "STO-FAIL",
    name: "what cannot be stored is a failure, and not answered as a lost race or a record that is absent",
    async body(storage, companyId) {
      const { user, keyId, swap } = await given(storage, companyId);
      const event = eventOf("user_added", { companyId });
      const noHash = (name: string) => ({ ...newUser(companyId, `${name}@partner.example`), passwordHash: NO_TEXT });
      await expectNot("a user without a hash", "exists", storage.createUser(noHash("bob"), null));
      await expectNot("a user without a hash, with an event", "exists", storage.createUser(noHash("eve"), event));
      await expectNot("a user of no company", "exists", storage.createUser(newUser(NOBODY), event));
      await expectNot("a company without a name", "exists", createCompany(storage, { ...other, name: NO_TEXT }));
      await expectNot("a rotated key that is stored", "none", rotateKey(storage, keyId, newKey(companyId)));
      await expectNot("a status that is none, of a key", false, setKeyStatus(storage, companyId, keyId, NO_TEXT));
      await expectNot("a hash that is none", "stale", storage.rehashPassword({ ...swap, passwordHash: NO_TEXT }));
      await expectNot("a password that is none", "stale", storage.replacePassword({ ...swap, passwordHash: NO_TEXT }));
      await expectNot("a manager who is none", false, setUserManager(storage, companyId, user.id, NO_TEXT));
      await expectNot("a status that is none, of a user", false, setUserStatus(storage, companyId, user.id, NO_TEXT));
      await expectNot("a status that is none", false, setCompanyStatus(storage, companyId, NO_TEXT));
      // The last: where it is stored, the key is revoked.
      const key = { ...newKey(companyId), digest: NO_TEXT };
      await expectNot("a rotated key without a digest", "none", rotateKey(storage, keyId, key));
    },
  },
  {
    requirement: "STO-FAIL",
    name: "a change that leaves all values as they were is done",
    async body(storage, companyId) {
      const { user, keyId, swap } = await given(storage, companyId);
      const { passwordHash } = user;
      expect("the same hash", await storage.rehashPassword({ ...swap, passwordHash }), "done");
      for (const status of ["enabled", "disabled", "disabled"] as const) {
        expect(`a company, ${status}`, await setCompanyStatus(storage, companyId, status), true);
        expect(`a key, ${status}`, await setKeyStatus(storage, companyId, keyId, status), true);
        expect(`a user, ${status}`, await setUserStatus(storage, companyId, user.id, status), true);
      }
      expect("the same manager", await setUserManager(storage, companyId, user.id, user.managedBy), true);
    },
  },
];

/** What the core never hands down. A database refuses it, or it is stored, and neither is the fault of a different record. */
const NO_TEXT = null as never;
