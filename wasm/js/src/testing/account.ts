import { setUserManager, setUserStatus } from "./change.js";
import { type Check, expect, expectPages, race } from "./check.js";
import { ANN, added, BOB, given, NOBODY, newUser, otherCompany } from "./record.js";

/** Users' accounts, as the operator sees and changes them. */
export const ACCOUNTS: Check[] = [
  {
    requirement: "STO-DISABLE",
    name: "disabling a user raises the credential version, enabling leaves it",
    async body(storage, companyId) {
      const { user, swap } = await given(storage, companyId);
      const bystander = await added(storage, newUser(companyId, BOB));
      const disabled = { ...user, status: "disabled", credentialVersion: 3 };
      for (const time of ["once", "again"])
        expect(`disabling ${time}`, await setUserStatus(storage, companyId, user.id, "disabled"), true);
      expect("the disabled user", await storage.findUser(companyId, ANN), disabled);
      expect("enabling", await setUserStatus(storage, companyId, user.id, "enabled"), true);
      expect("the enabled user", await storage.findUser(companyId, ANN), { ...disabled, status: "enabled" });
      expect("a write that was in flight", await storage.replacePassword(swap), "stale");
      expect("the other user", await storage.findUser(companyId, bystander.email), bystander);
    },
  },
  {
    requirement: "STO-DISABLE",
    name: "of a replacement and a disabling at once, the version tells of each that applied",
    async body(storage, companyId) {
      const { user, swap } = await given(storage, companyId);
      const [, replaced] = await Promise.all([
        setUserStatus(storage, companyId, user.id, "disabled"),
        storage.replacePassword(swap),
      ]);
      const expected = { credentialVersion: replaced === "stale" ? 2 : 3, status: "disabled" };
      expect(`the user after ${replaced}`, await storage.findUser(companyId, ANN), expected);
    },
  },
  {
    requirement: "STO-DISABLE",
    name: "another company's user is neither disabled nor enabled",
    async body(storage, companyId) {
      const otherId = await otherCompany(storage);
      const user = await added(storage, newUser(companyId));
      expect("by a different company", await setUserStatus(storage, otherId, user.id, "disabled"), false);
      expect("nobody", await setUserStatus(storage, companyId, NOBODY, "disabled"), false);
      expect("the user", await storage.findUser(companyId, ANN), user);
    },
  },
  {
    requirement: "STO-DISABLE",
    name: "changing who manages a user raises the credential version, there and back",
    async body(storage, companyId) {
      const { user, swap } = await given(storage, companyId);
      const bystander = await added(storage, newUser(companyId, BOB));
      for (const [managedBy, version] of [
        ["local", 2],
        ["partner", 3],
      ] as const) {
        expect(`to ${managedBy}`, await setUserManager(storage, companyId, user.id, managedBy), true);
        const expected = { ...user, managedBy, credentialVersion: version };
        expect(`the user managed by ${managedBy}`, await storage.findUser(companyId, ANN), expected);
        const swapped = await storage.replacePassword({ ...swap, expectedVersion: version - 1 });
        expect("a write that was in flight", swapped, "stale");
      }
      expect("the other user", await storage.findUser(companyId, bystander.email), bystander);
    },
  },
  {
    requirement: "STO-DISABLE",
    name: "of 64 changes of who manages a user at once, the version tells of each",
    async body(storage, companyId) {
      const user = await added(storage, newUser(companyId));
      const changes = await race((index) => setUserManager(storage, companyId, user.id, index % 2 ? "local" : "partner"));
      expect("the version", (await storage.findUser(companyId, ANN))?.credentialVersion, 1 + changes.length);
    },
  },
  {
    requirement: "STO-DISABLE",
    name: "who manages another company's user is not changed",
    async body(storage, companyId) {
      const otherId = await otherCompany(storage);
      const user = await added(storage, newUser(companyId));
      expect("by a different company", await setUserManager(storage, otherId, user.id, "local"), false);
      expect("nobody", await setUserManager(storage, companyId, NOBODY, "local"), false);
      expect("the user", await storage.findUser(companyId, ANN), user);
    },
  },
  {
    requirement: "STO-LIST",
    name: "users are listed by id, those of the company alone",
    async body(storage, companyId) {
      const otherId = await otherCompany(storage);
      const created = [];
      for (const [name, owner] of [
        ["zoe", companyId],
        ["ann", otherId],
        ["bob", companyId],
      ] as const) {
        created.push(await added(storage, newUser(owner, `${name}@partner.example`)));
      }
      expect("its users", await storage.listUsers(companyId, 0, 10), [created[0], created[2]]);
      expect("the other's", await storage.listUsers(otherId, 0, 10), [created[1]]);
      expect("no company's", await storage.listUsers(otherId + 1, 0, 10), []);
    },
  },
  {
    requirement: "STO-LIST",
    name: "a page of users begins after an id and holds no more than was asked for",
    async body(storage, companyId) {
      const otherId = await otherCompany(storage);
      await added(storage, newUser(otherId));
      const created = [];
      for (const name of ["zoe", "ann", "bob"]) {
        created.push(await added(storage, newUser(companyId, `${name}@partner.example`)));
      }
      await expectPages(
        (after) => storage.listUsers(companyId, after, 2),
        created.map(({ id }) => id),
      );
    },
  },
];
