import { saveKey, setUserManager, setUserStatus } from "./change.js";
import { type Check, expect, expectAbsent, expectId, expectNone, race, raceToMake } from "./check.js";
import { ANN, added, BOB, given, newKey, newUser, otherCompany, TIME } from "./record.js";

/** Users and their passwords. */
export const USERS: Check[] = [
  {
    requirement: "STO-CREATE",
    name: "a created user has the documented first values",
    async body(storage, companyId) {
      const user = await added(storage, newUser(companyId));
      expect("the user", user, {
        companyId,
        email: ANN,
        loginId: ANN,
        displayName: ANN,
        isCreator: false,
        isCompanyAdmin: false,
        permissions: [],
        passwordHash: "$argon2id$one",
        credentialVersion: 1,
        managedBy: "partner",
        status: "enabled",
        issuedAt: TIME,
        passwordKeyId: null,
      });
      expectId("its id", user.id);
    },
  },
  {
    requirement: "STO-CREATE",
    name: "a created user has the manager and the key that were given",
    async body(storage, companyId) {
      const passwordKeyId = await saveKey(storage, newKey(companyId));
      const given = { ...newUser(companyId), managedBy: "local", issuedAt: null, passwordKeyId } as const;
      const user = await added(storage, given);
      expect("the user", user, given);
      expect("who is found", await storage.findUser(companyId, ANN), user);
    },
  },
  {
    requirement: "STO-CREATE",
    name: "a user who exists is not created again and stays unchanged",
    async body(storage, companyId) {
      const user = await added(storage, newUser(companyId));
      const again = { ...newUser(companyId), passwordHash: "$argon2id$two", issuedAt: null };
      expect("the second create", await storage.createUser(again, null), "exists");
      expect("the user", await storage.findUser(companyId, ANN), user);
    },
  },
  {
    requirement: "STO-CREATE",
    name: "an e-mail in other case makes no second user",
    async body(storage, companyId) {
      const user = await added(storage, newUser(companyId));
      await expectNone("Ann's e-mail in other case", storage.createUser(newUser(companyId, "Ann@Partner.example"), null));
      expect("the company's users", await storage.listUsers(companyId, 0, 10), [user]);
    },
  },
  {
    requirement: "STO-CREATE",
    name: "of 64 creates of one e-mail at once exactly one creates, and none fails",
    async body(storage, companyId) {
      const create = (index: number) => storage.createUser({ ...newUser(companyId), passwordHash: `$argon2id$${index}` }, null);
      const created = await raceToMake(create);
      expect("how many are created", created.length, 1);
      expect("the user", await storage.findUser(companyId, ANN), created[0]);
    },
  },
  {
    requirement: "STO-CREATE",
    name: "of 64 creates of different e-mails at once each creates",
    async body(storage, companyId) {
      const users = await race((index) => added(storage, newUser(companyId, `user${index}@partner.example`)));
      expect("how many ids there are", new Set(users.map(({ id }) => id)).size, users.length);
      for (const user of users) expect("a user", await storage.findUser(companyId, user.email), user);
    },
  },
  {
    requirement: "STO-FIND",
    name: "what was written is found at once",
    async body(storage, companyId) {
      expectAbsent("before", await storage.findUser(companyId, ANN));
      const { user, swap } = await given(storage, companyId);
      expect("the created user", await storage.findUser(companyId, ANN), user);
      await storage.rehashPassword(swap);
      expect("the hash", (await storage.findUser(companyId, ANN))?.passwordHash, "$argon2id$two");
      await storage.replacePassword({ ...swap, passwordHash: "$argon2id$three" });
      expect("the next hash", (await storage.findUser(companyId, ANN))?.passwordHash, "$argon2id$three");
    },
  },
  {
    requirement: "STO-FIND",
    name: "e-mails are compared exactly",
    async body(storage, companyId) {
      const user = await added(storage, newUser(companyId, "a_k@partner.example"));
      expect("as it is", await storage.findUser(companyId, "a_k@partner.example"), user);
      for (const email of ["A_K@partner.example", "axk@partner.example", "a_\u212a@partner.example"]) {
        expectAbsent(email, await storage.findUser(companyId, email));
      }
      expectAbsent("with a space", await storage.findUser(companyId, "a_k@partner.example "));
      await added(storage, newUser(companyId, "axk@partner.example"));
    },
  },
  {
    requirement: "SSO-TEN-001",
    name: "a user is one of one company",
    async body(storage, companyId) {
      const otherId = await otherCompany(storage);
      const ours = await added(storage, newUser(companyId));
      expectAbsent("by the other company", await storage.findUser(otherId, ANN));
      const theirs = await added(storage, { ...newUser(otherId), passwordHash: "$argon2id$theirs" });
      expect("ours", await storage.findUser(companyId, ANN), ours);
      expect("theirs", await storage.findUser(otherId, ANN), theirs);
    },
  },
  {
    requirement: "SSO-TEN-001",
    name: "a swap with another company's id changes nothing",
    async body(storage, companyId) {
      const otherId = await otherCompany(storage);
      const { user, swap: own } = await given(storage, companyId);
      const swap = { ...own, companyId: otherId, issuedAt: 5 };
      expect("a replacement", await storage.replacePassword(swap), "stale");
      expect("a rehash", await storage.rehashPassword(swap), "stale");
      expect("the user", await storage.findUser(companyId, ANN), user);
    },
  },
  {
    requirement: "STO-SWAP",
    name: "a replaced password raises the version and stores issuedAt, null too",
    async body(storage, companyId) {
      const { user, swap } = await given(storage, companyId);
      const bystander = await added(storage, newUser(companyId, BOB));
      const { issuedAt, passwordHash, passwordKeyId } = swap;
      expect("the new version", await storage.replacePassword({ ...swap, issuedAt: 0 }), 2);
      expect("its time", (await storage.findUser(companyId, ANN))?.issuedAt, 0);
      expect("the next version", await storage.replacePassword({ ...swap, expectedVersion: 2 }), 3);
      const expected = { ...user, passwordHash, credentialVersion: 3, issuedAt, passwordKeyId };
      expect("the user", await storage.findUser(companyId, ANN), expected);
      expect("the other user", await storage.findUser(companyId, bystander.email), bystander);
    },
  },
  {
    requirement: "STO-SWAP",
    name: "a replaced password stores the key by which it came, in the place of the one before",
    async body(storage, companyId) {
      const { swap } = await given(storage, companyId);
      const second = await saveKey(storage, newKey(companyId, "b"));
      await storage.replacePassword(swap);
      expect("the key", (await storage.findUser(companyId, ANN))?.passwordKeyId, swap.passwordKeyId);
      await storage.replacePassword({ ...swap, expectedVersion: 2, passwordKeyId: second });
      expect("the next key", (await storage.findUser(companyId, ANN))?.passwordKeyId, second);
      await storage.rehashPassword({ ...swap, expectedVersion: 3 });
      expect("the key after a rehash", (await storage.findUser(companyId, ANN))?.passwordKeyId, second);
    },
  },
  {
    requirement: "STO-SWAP",
    name: "a swap with another version or user changes nothing",
    async body(storage, companyId) {
      const { user, swap: own } = await given(storage, companyId);
      const swap = { ...own, issuedAt: 5 };
      for (const miss of [{ expectedVersion: 2 }, { userId: user.id + 1 }]) {
        expect("a replacement", await storage.replacePassword({ ...swap, ...miss }), "stale");
        expect("a rehash", await storage.rehashPassword({ ...swap, ...miss }), "stale");
      }
      expect("the user", await storage.findUser(companyId, ANN), user);
    },
  },
  {
    requirement: "STO-SWAP",
    name: "of 64 replacements of one version exactly one wins, and its hash stays",
    async body(storage, companyId) {
      const { swap } = await given(storage, companyId);
      const outcomes = await race((index) => storage.replacePassword({ ...swap, passwordHash: `$argon2id$${index}` }));
      const winners = outcomes.flatMap((outcome, index) => (outcome === "stale" ? [] : [{ outcome, index }]));
      expect("how many win", winners.length, 1);
      expect("the version that the winner is told", winners[0]?.outcome, 2);
      const expected = { passwordHash: `$argon2id$${winners[0]?.index}`, credentialVersion: 2 };
      expect("the user", await storage.findUser(companyId, ANN), expected);
    },
  },
  {
    requirement: "STO-SWAP",
    name: "a replacement is told its own version, whatever raises it at once",
    async body(storage, companyId) {
      const { user, swap } = await given(storage, companyId);
      for (let round = 0; round < 4; round += 1) {
        const version = (await storage.findUser(companyId, ANN))?.credentialVersion ?? 0;
        const outcomes = await race<unknown>((index) =>
          index % 4 === 0
            ? storage.replacePassword({ ...swap, expectedVersion: version + index })
            : setUserManager(storage, companyId, user.id, "partner"),
        );
        for (const [index, outcome] of outcomes.entries()) {
          if (index % 4 === 0 && outcome !== "stale") expect("the version", outcome, version + index + 1);
        }
      }
    },
  },
  {
    requirement: "STO-SWAP",
    name: "a rehash changes the hash and nothing else",
    async body(storage, companyId) {
      const { user, swap } = await given(storage, companyId);
      const bystander = await added(storage, newUser(companyId, BOB));
      await setUserStatus(storage, companyId, user.id, "disabled");
      expect("the rehash", await storage.rehashPassword({ ...swap, expectedVersion: 2 }), "done");
      const expected = { ...user, passwordHash: swap.passwordHash, status: "disabled", credentialVersion: 2 };
      expect("the user", await storage.findUser(companyId, ANN), expected);
      expect("the other user", await storage.findUser(companyId, bystander.email), bystander);
    },
  },
  {
    requirement: "STO-SWAP",
    name: "a rehash never undoes a replacement of the same version",
    async body(storage, companyId) {
      const { swap } = await given(storage, companyId);
      const outcomes = await race<unknown>((index) =>
        index === 31
          ? storage.replacePassword({ ...swap, passwordHash: "$argon2id$two" })
          : storage.rehashPassword({ ...swap, passwordHash: "$argon2id$strong" }),
      );
      expect("the replacement", outcomes[31], 2);
      for (const outcome of outcomes.toSpliced(31, 1)) {
        if (outcome !== "done") expect("a rehash that is not done", outcome, "stale");
      }
      const expected = { passwordHash: "$argon2id$two", credentialVersion: 2 };
      expect("the user", await storage.findUser(companyId, ANN), expected);
    },
  },
];
