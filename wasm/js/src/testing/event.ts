import {
  createCompany,
  eventOf,
  launched,
  rotateKey,
  rotateProduct,
  saveCode,
  saveKey,
  saveProduct,
  saveToken,
  setCompanyStatus,
  setKeyStatus,
  setUserManager,
  setUserStatus,
  signedOn,
} from "./change.js";
import {
  type Check,
  expect,
  expectAbsent,
  expectEvents,
  expectFailure,
  present,
  raceToMake,
  type TestedStorage,
} from "./check.js";
import { ANN, added, BOB, chat, digestOf, given, LAST, NOBODY, newKey, newUser, other, partner } from "./record.js";
import { ALL_OF_COMPANY, ALL_OF_USER } from "./set.js";

/** Events. */
export const EVENTS: Check[] = [
  {
    requirement: "STO-AUDIT",
    name: "events are recorded, if at all, apart from what is read",
    async body(storage, companyId, events) {
      const { user, keyId } = await given(storage, companyId);
      const issued = eventOf("key_issued", { companyId, keyId });
      const fault = { call: "find_key", member: "key.companyId", expected: "an integer from 1 to 2^53-1" } as const;
      const audited = [
        eventOf("key_refused", { reason: "unknown", at: LAST, source: "192.0.2.1" }),
        eventOf("hash_unreadable", { companyId, keyId, userId: user.id }),
        eventOf("access_denied", { reason: "product", product: "-".repeat(32), companyId, keyId }),
        eventOf("host_fault", { reason: "wrong_record", fault }),
      ];
      for (const event of audited) await storage.audit?.(event);
      expect("the user", await storage.findUser(companyId, ANN), user);
      await expectEvents("the events", events, [issued, ...(storage.audit === undefined ? [] : audited)]);
    },
  },
  {
    requirement: "STO-AUDIT",
    name: "the event of a token or a code is stored with it",
    async body(storage, companyId, events) {
      const { token, code, keyId } = await given(storage, companyId);
      await saveToken(storage, token);
      await saveCode(storage, code);
      const direct = { ...token, digest: digestOf("e"), keyId: null, product: null };
      await storage.saveToken(direct, eventOf("signed_in", { companyId, userId: token.userId }));
      await expectEvents("the events", events, [
        eventOf("key_issued", { companyId, keyId }),
        signedOn(token),
        launched(code),
        eventOf("signed_in", { companyId, userId: token.userId }),
      ]);
    },
  },
  {
    requirement: "STO-AUDIT",
    name: "a token or a code that cannot be stored leaves no event",
    async body(storage, companyId, events) {
      const { token, code, keyId } = await given(storage, companyId);
      await saveToken(storage, token);
      await saveCode(storage, code);
      await expectFailure("the same token", saveToken(storage, token));
      await expectFailure("the same code", saveCode(storage, code));
      const issued = eventOf("key_issued", { companyId, keyId });
      await expectEvents("the events", events, [issued, signedOn(token), launched(code)]);
    },
  },
  {
    requirement: "STO-AUDIT",
    name: "an event that comes with a new company, key or user names it by its new id",
    async body(storage, _, events) {
      const { id: companyId } = present("a company", await createCompany(storage, other));
      const first = await saveKey(storage, newKey(companyId, "a"));
      const second = present("a rotated key", await rotateKey(storage, first, newKey(companyId, "b")));
      const event = eventOf("user_added", { companyId });
      const { id: userId } = present("a user", await storage.createUser(newUser(companyId), event));
      await expectEvents("the events", events, [
        eventOf("company_added", { companyId }),
        eventOf("key_issued", { companyId, keyId: first }),
        eventOf("key_rotated", { companyId, keyId: second }),
        eventOf("user_added", { companyId, userId }),
      ]);
    },
  },
  {
    requirement: "STO-AUDIT",
    name: "each further change of the operator's is stored with its event",
    async body(storage, companyId, events) {
      const { user, keyId } = await given(storage, companyId);
      for (const status of ["disabled", "enabled"] as const) {
        await setCompanyStatus(storage, companyId, status);
        await setKeyStatus(storage, companyId, keyId, status);
        await setUserStatus(storage, companyId, user.id, status);
      }
      await setUserManager(storage, companyId, user.id, "local");
      await saveProduct(storage, chat);
      await rotateProduct(storage, chat.name, "8");
      await saveProduct(storage, chat);
      const changes = (["disabled", "enabled"] as const).flatMap((reason) => [
        eventOf("company_status_set", { reason, companyId }),
        eventOf("key_status_set", { reason, companyId, keyId }),
        eventOf("user_status_set", { reason, companyId, userId: user.id }),
      ]);
      await expectEvents("the events", events, [
        eventOf("key_issued", { companyId, keyId }),
        ...changes,
        eventOf("user_manager_set", { reason: "local", companyId, userId: user.id }),
        eventOf("product_set", { product: chat.name }),
        eventOf("product_rotated", { product: chat.name }),
        eventOf("product_set", { product: chat.name }),
      ]);
    },
  },
  {
    requirement: "STO-AUDIT",
    name: "a change that is not made leaves no event",
    async body(storage, companyId, events) {
      await added(storage, newUser(companyId));
      await storage.createUser(newUser(companyId), eventOf("user_added", { companyId }));
      await createCompany(storage, { ...other, domain: partner.domain });
      await createCompany(storage, { ...other, email: partner.email });
      for (const status of ["disabled", "enabled"] as const) {
        await setCompanyStatus(storage, NOBODY, status);
        await setKeyStatus(storage, companyId, NOBODY, status);
        await setUserStatus(storage, companyId, NOBODY, status);
      }
      await rotateKey(storage, NOBODY, newKey(companyId));
      await rotateProduct(storage, chat.name, "8");
      await setUserManager(storage, companyId, NOBODY, "local");
      await expectEvents("the events", events, []);
    },
  },
  {
    requirement: "STO-AUDIT",
    name: "a change whose event cannot be stored is not made",
    async body(storage, companyId, events) {
      const { user, keyId, token, code } = await given(storage, companyId);
      const ended = await saveKey(storage, newKey(companyId, "d"));
      await saveProduct(storage, chat);
      const { id: userId, passwordHash: expectedHash } = user;
      const passwordHash = "!";
      // What the core never hands down. A database refuses it, or it is stored.
      const event = { ...eventOf("signed_on"), kind: null as never, at: null as never };
      const calls: [name: keyof TestedStorage, ...members: unknown[]][] = [
        ["createCompany", other],
        ["createUser", newUser(companyId, BOB)],
        ["saveToken", token],
        ["saveCode", code],
        ["saveKey", newKey(companyId, "b")],
        ["rotateKey", { companyId, keyId, key: newKey(companyId, "c"), revoke: true }],
        ["setCompany", companyId, ALL_OF_COMPANY],
        ["setCompanyStatus", companyId, "disabled"],
        ["setUser", companyId, userId, ALL_OF_USER],
        ["setUserStatus", companyId, userId, "disabled"],
        ["setUserManager", companyId, userId, "local"],
        ["setUserEmail", companyId, userId, `b${ANN}`],
        ["disablePassword", { companyId, userId, expectedHash, passwordHash }],
        ["signOut", companyId, null],
        ["endKey", { companyId, keyId: ended, passwordHash }],
        ["saveProduct", { ...chat, name: "email" }],
        ["rotateProduct", { ...chat, previousSecretExpiresAt: LAST }],
        ["deleteUser", companyId, userId],
        ["deleteCompany", companyId],
      ];
      const stored = async () => [
        await storage.listCompanies(0, 10),
        await storage.listUsers(companyId, 0, 10),
        await storage.listKeys(companyId, 0, 10),
        await storage.listProducts(),
        await storage.findToken(token.digest),
        await events(),
      ];
      for (const [name, ...members] of calls) {
        const before = await stored();
        const count = (await events())?.length ?? 0;
        const call = storage[name] as (...members: unknown[]) => Promise<unknown>;
        const isRefused = await (async () => call.call(storage, ...members, event))().then(
          () => false,
          () => true,
        );
        if (isRefused) expect(`what is stored when ${name} has failed`, await stored(), before);
        else expect(`the number of events after ${name}`, (await events())?.length ?? count + 1, count + 1);
        if (isRefused && name === "saveCode") expectAbsent("the code", await storage.takeCode(code.digest));
      }
    },
  },
  {
    requirement: "STO-AUDIT",
    name: "of 64 creates of one e-mail at once, each with an event, the one that creates leaves it",
    async body(storage, companyId, events) {
      const create = () => storage.createUser(newUser(companyId), eventOf("user_added", { companyId }));
      const [user, ...further] = await raceToMake(create);
      expect("how many more are created", further.length, 0);
      const { id: userId } = present("the user who is created", user);
      await expectEvents("the events", events, [eventOf("user_added", { companyId, userId })]);
    },
  },
];
