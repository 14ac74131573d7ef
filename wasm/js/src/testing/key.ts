import { createCompany, launched, rotateKey, saveKey, saveProduct, setCompanyStatus, setKeyStatus, signedOn } from "./change.js";
import { type Check, expect, expectAbsent, expectFailure, expectId, expectPages, expectSoon, present, race } from "./check.js";
import {
  added,
  chat,
  createdCompany,
  digestOf,
  given,
  LAST,
  listed,
  NOBODY,
  newKey,
  newUser,
  other,
  otherCompany,
  partner,
  storedKey,
  TIME,
} from "./record.js";

/** Keys, as the operator sees and changes them. */
export const KEYS: Check[] = [
  {
    requirement: "STO-KEY",
    name: "a key is found by its digest, with its company",
    async body(storage, companyId) {
      const otherId = await otherCompany(storage);
      await saveKey(storage, newKey(companyId, "a"));
      const id = await saveKey(storage, newKey(otherId, "b", LAST));
      const key = storedKey(id, newKey(otherId, "b", LAST));
      await expectSoon("its digest", () => storage.findKey(digestOf("b")), { key, company: createdCompany(otherId, other) });
      expectAbsent("a different digest", await storage.findKey(digestOf("c")));
    },
  },
  {
    requirement: "STO-KEY",
    name: "a key is found whatever its status and its end",
    async body(storage, companyId) {
      const id = await saveKey(storage, newKey(companyId, "a", 0));
      for (const status of ["disabled", "enabled", "revoked"] as const) {
        expect(`set to ${status}`, await setKeyStatus(storage, companyId, id, status), true);
        await expectSoon(`found when ${status}`, () => storage.findKey(digestOf("a")), { key: { status, expiresAt: 0 } });
      }
    },
  },
  {
    requirement: "STO-SAVE",
    name: "a key stored twice is refused",
    async body(storage, companyId) {
      expectId("the id of a key", await saveKey(storage, newKey(companyId)));
      await expectFailure("the same key", saveKey(storage, newKey(companyId)));
      expect("how many there are", (await storage.listKeys(companyId, 0, 10)).length, 1);
    },
  },
  {
    requirement: "STO-ID",
    name: "of 64 companies, keys and users that are made at once each has an id of its own",
    async body(storage, companyId) {
      const ids = {
        companies: await race(async (index) => {
          const company = { ...other, domain: `d${index}.example`, email: `it@d${index}.example` };
          return present("a company", await createCompany(storage, company)).id;
        }),
        keys: await race((index) => saveKey(storage, newKey(companyId, `${index}`))),
        users: await race(async (index) => (await added(storage, newUser(companyId, `u${index}@partner.example`))).id),
      };
      for (const [name, made] of Object.entries(ids)) expect(`ids of ${name}`, new Set(made).size, made.length);
    },
  },
  {
    requirement: "STO-LATE",
    name: "a change by the operator is seen within 5 seconds, by whoever has looked before",
    async body(storage, companyId) {
      expectAbsent("the key before", await storage.findKey(digestOf("a")));
      expectAbsent("the product before", await storage.findProduct(chat.name));
      expectAbsent("the company before", await storage.findCompany(other.domain));
      expectAbsent("the company's e-mail before", await storage.findCompanyByEmail(other.email));
      await storage.findCompany(partner.domain);
      await saveKey(storage, newKey(companyId));
      await saveProduct(storage, chat);
      const otherId = await otherCompany(storage);
      expect("the company's e-mail", (await storage.findCompanyByEmail(other.email))?.id, otherId);
      await setCompanyStatus(storage, companyId, "disabled");
      const company = { ...createdCompany(companyId, partner), status: "disabled" };
      await expectSoon("the company", () => storage.findCompany(partner.domain), company);
      await expectSoon("the new company", () => storage.findCompany(other.domain), createdCompany(otherId, other));
      await expectSoon("the key", () => storage.findKey(digestOf("a")), { key: newKey(companyId), company });
      await expectSoon("the product", () => storage.findProduct(chat.name), { secretDigest: chat.secretDigest });
    },
  },
  {
    requirement: "STO-LIST",
    name: "keys are listed by id, those of the company alone",
    async body(storage, companyId) {
      const otherId = await otherCompany(storage);
      const saved = [];
      for (const [letter, owner] of [
        ["d", companyId],
        ["c", otherId],
        ["b", companyId],
      ] as const) {
        const key = newKey(owner, letter, TIME);
        saved.push(listed(storedKey(await saveKey(storage, key), key)));
      }
      expect("its keys", await storage.listKeys(companyId, 0, 10), [saved[0], saved[2]]);
      expect("the other's", await storage.listKeys(otherId, 0, 10), [saved[1]]);
      expect("no company's", await storage.listKeys(otherId + 1, 0, 10), []);
    },
  },
  {
    requirement: "STO-KEYS",
    name: "another company's key is not reached",
    async body(storage, companyId) {
      const otherId = await otherCompany(storage);
      const id = await saveKey(storage, newKey(companyId));
      expect("by a different company", await setKeyStatus(storage, otherId, id, "revoked"), false);
      expect("a key that is not there", await setKeyStatus(storage, companyId, id + 1, "revoked"), false);
      expect("the key", (await storage.listKeys(companyId, 0, 10))[0]?.status, "enabled");
    },
  },
  {
    requirement: "STO-KEYS",
    name: "a revoked key stays revoked",
    async body(storage, companyId) {
      const id = await saveKey(storage, newKey(companyId));
      expect("revoking", await setKeyStatus(storage, companyId, id, "revoked"), true);
      for (const status of ["enabled", "disabled", "revoked"] as const) {
        expect(`${status} after revoked`, await setKeyStatus(storage, companyId, id, status), false);
      }
      expect("the key", (await storage.listKeys(companyId, 0, 10))[0]?.status, "revoked");
    },
  },
  {
    requirement: "STO-KEYS",
    name: "a key that is revoked while others enable it stays revoked",
    async body(storage, companyId) {
      const id = await saveKey(storage, newKey(companyId));
      await race((index) => setKeyStatus(storage, companyId, id, index === 1 ? "revoked" : "enabled"));
      expect("the key", (await storage.listKeys(companyId, 0, 10))[0]?.status, "revoked");
    },
  },
  {
    requirement: "STO-KEYS",
    name: "a change of a key leaves the company's others as they are",
    async body(storage, companyId) {
      const first = await saveKey(storage, newKey(companyId, "a"));
      await saveKey(storage, newKey(companyId, "b"));
      await setKeyStatus(storage, companyId, first, "disabled");
      const statuses = (await storage.listKeys(companyId, 0, 10)).map(({ status }) => status);
      expect("their status", statuses, ["disabled", "enabled"]);
    },
  },
  {
    requirement: "STO-KEYS",
    name: "a key is rotated: the new one is stored and the old one revoked, or kept as it is",
    async body(storage, companyId) {
      const key = newKey(companyId, "a", TIME);
      const first = await saveKey(storage, key);
      await setKeyStatus(storage, companyId, first, "disabled");
      const keeping = rotateKey(storage, first, newKey(companyId, "b", LAST), { revoke: false });
      const second = present("with the old one kept", await keeping);
      expectId("the id of the new key", second);
      const [old, kept] = [listed(storedKey(first, key)), listed(storedKey(second, newKey(companyId, "b", LAST)))];
      expect("the keys", await storage.listKeys(companyId, 0, 10), [{ ...old, status: "disabled" }, kept]);
      const third = present("with the old one revoked", await rotateKey(storage, first, newKey(companyId, "c")));
      expect("the keys after the next", await storage.listKeys(companyId, 0, 10), [
        { ...old, status: "revoked" },
        kept,
        listed(storedKey(third, newKey(companyId, "c"))),
      ]);
    },
  },
  {
    requirement: "STO-KEYS",
    name: "a key that is revoked, of a different company or not there is not rotated, and nothing is stored",
    async body(storage, companyId) {
      const otherId = await otherCompany(storage);
      const revoked = await saveKey(storage, newKey(companyId, "a"));
      const key = await saveKey(storage, newKey(companyId, "b"));
      await setKeyStatus(storage, companyId, revoked, "revoked");
      for (const revoke of [true, false]) {
        const rotated = (keyId: number, owner: number) => rotateKey(storage, keyId, newKey(owner, "c"), { revoke });
        expectAbsent("a revoked key", await rotated(revoked, companyId));
        expectAbsent("a different company's key", await rotated(key, otherId));
        expectAbsent("a key that is not there", await rotated(NOBODY, companyId));
      }
      const statuses = (await storage.listKeys(companyId, 0, 10)).map(({ status }) => status);
      expect("the keys", statuses, ["revoked", "enabled"]);
      expectAbsent("what was to be stored", await storage.findKey(digestOf("c")));
    },
  },
  {
    requirement: "STO-KEYS",
    name: "a rotation whose new key cannot be stored revokes nothing",
    async body(storage, companyId) {
      const key = await saveKey(storage, newKey(companyId, "a"));
      await saveKey(storage, newKey(companyId, "b"));
      await expectFailure("a key that is stored already", rotateKey(storage, key, newKey(companyId, "b")));
      const statuses = (await storage.listKeys(companyId, 0, 10)).map(({ status }) => status);
      expect("the keys", statuses, ["enabled", "enabled"]);
    },
  },
  {
    requirement: "STO-KEYS",
    name: "of 64 rotations of one key at once exactly one stores a key",
    async body(storage, companyId) {
      const key = await saveKey(storage, newKey(companyId, "a"));
      const rotated = await race((index) => rotateKey(storage, key, newKey(companyId, `${index}`)));
      const stored = rotated.filter((id) => id != null);
      expect("how many store a key", stored.length, 1);
      expect("the keys", await storage.listKeys(companyId, 0, 100), [
        { id: key, status: "revoked" },
        { id: stored[0], status: "enabled" },
      ]);
    },
  },
  {
    requirement: "STO-LIST",
    name: "a page of keys begins after an id and holds no more than was asked for",
    async body(storage, companyId) {
      const otherId = await otherCompany(storage);
      await saveKey(storage, newKey(otherId, "d"));
      const ids = [];
      for (const letter of ["c", "b", "a"]) ids.push(await saveKey(storage, newKey(companyId, letter)));
      await expectPages((after) => storage.listKeys(companyId, after, 2), ids);
    },
  },
  {
    requirement: "STO-USED",
    name: "a key is listed with the time of the event with which it was stored, and is not used by then",
    async body(storage, companyId) {
      const id = await saveKey(storage, newKey(companyId));
      await rotateKey(storage, id, newKey(companyId, "b"), { revoke: false });
      const times = { createdAt: TIME, lastUsedAt: null };
      expect("the keys", await storage.listKeys(companyId, 0, 10), [times, times]);
    },
  },
  {
    requirement: "STO-USED",
    name: "a token and a code take the last use of their key along, which never goes back, and of no other key",
    async body(storage, companyId) {
      const { token, code, keyId } = await given(storage, companyId);
      await saveKey(storage, newKey(companyId, "b"));
      const usesOf = async (isIt: (id: number) => boolean) =>
        (await storage.listKeys(companyId, 0, 10)).filter(({ id }) => isIt(id)).map(({ lastUsedAt }) => lastUsedAt);
      const lastUse = async () => (await usesOf((id) => id === keyId))[0] ?? null;
      let [letter, latest] = [0, 0];
      const used = async (what: string, at: number, save: (digest: string) => Promise<void>) => {
        letter += 1;
        await save(digestOf(`${letter}`));
        latest = Math.max(latest, at);
        const last = (await lastUse()) ?? Number.NaN;
        expect(`${what}: the last use is within a minute of ${latest}`, last >= latest - 60_000 && last <= latest, true);
      };
      const byToken = (at: number) => (digest: string) => storage.saveToken({ ...token, digest }, { ...signedOn(token), at });
      const byCode = (at: number) => (digest: string) => storage.saveCode({ ...code, digest }, { ...launched(code), at });
      const later = TIME + 600_000;
      expect("before", await lastUse(), null);
      await used("a token", later, byToken(later));
      await used("an earlier token", TIME, byToken(TIME));
      await used("a code", later + 60_001, byCode(later + 60_001));
      await used("an earlier code", later - 1, byCode(later - 1));
      const before = await lastUse();
      const direct = { ...token, digest: digestOf("f"), keyId: null };
      await storage.saveToken(direct, { ...signedOn(direct), at: LAST });
      expect("after a direct sign-in", await lastUse(), before);
      await storage.findKey(digestOf("a"));
      expect("after it was found", await lastUse(), before);
      expect("the other key", await usesOf((id) => id !== keyId), [null]);
    },
  },
];
