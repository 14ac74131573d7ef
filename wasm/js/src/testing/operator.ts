import { type Check, expect, expectFailure, expectId, expectNone, present, race } from "./check.js";
import { ANN, chat, digestOf, given, LAST, newKey, other, otherCompany, partner } from "./record.js";

/** Companies, keys, products, and what else the operator does. */
export const OPERATOR: Check[] = [
  {
    requirement: "find_company",
    name: "a company is found by its domain alone",
    async body(storage, companyId) {
      await otherCompany(storage);
      expect("its domain", await storage.findCompany(partner.domain), { id: companyId, ...partner });
      expect("its e-mail", await storage.findCompany(partner.email), undefined);
      expect("its domain in other case", await storage.findCompany("Partner.example"), undefined);
    },
  },
  {
    requirement: "find_company_by_email",
    name: "a company is found by its registered e-mail alone",
    async body(storage, companyId) {
      const otherId = await otherCompany(storage);
      expect("its e-mail", await storage.findCompanyByEmail(partner.email), { id: companyId, ...partner });
      expect("the other's e-mail", await storage.findCompanyByEmail(other.email), { id: otherId, ...other });
      expect("its domain", await storage.findCompanyByEmail(partner.domain), undefined);
    },
  },
  {
    requirement: "find_company",
    name: "a company whose domain or e-mail is taken is not added",
    async body(storage) {
      expect("the domain", await storage.saveCompany({ ...other, domain: partner.domain }), "exists");
      expect("the e-mail", await storage.saveCompany({ ...other, email: partner.email }), "exists");
      const saved = present("neither", await storage.saveCompany(other));
      expectId("its id", saved.id);
      expect("what was added", saved, other);
    },
  },
  {
    requirement: "find_company",
    name: "a domain or an e-mail in other case makes no second company",
    async body(storage, companyId) {
      await expectNone("the domain", storage.saveCompany({ ...other, domain: "Partner.example" }));
      await expectNone("the e-mail", storage.saveCompany({ ...other, email: "IT@partner.example" }));
      expect("the companies", await storage.listCompanies(), [{ id: companyId, ...partner }]);
    },
  },
  {
    requirement: "find_company",
    name: "a company's name is kept as it was given",
    async body(storage) {
      const name = ` Straße & "Söhne" \\ K\u212a 'x'; 日本 😀 ${"n".repeat(200)} `;
      const saved = present("the company", await storage.saveCompany({ ...other, name }));
      expect("what was added", saved.name, name);
      expect("what is found", (await storage.findCompany(other.domain))?.name, name);
    },
  },
  {
    requirement: "STO-LIST",
    name: "all companies are listed by id",
    async body(storage, companyId) {
      // Its id is the greater one, and its name and domain come first in the alphabet.
      const otherId = await otherCompany(storage);
      expect("the companies", await storage.listCompanies(), [
        { id: companyId, ...partner },
        { id: otherId, ...other },
      ]);
    },
  },
  {
    requirement: "find_product",
    name: "a product is found by its name, and replaced when it is saved again",
    async body(storage) {
      const email = { ...chat, name: "email", launchUrl: `http://mail.example/?${"x".repeat(2000)}` } as const;
      expect("before", await storage.findProduct("livechat"), undefined);
      await storage.saveProduct(chat);
      await storage.saveProduct(email);
      expect("saved", await storage.findProduct("livechat"), chat);
      const moved = { ...chat, launchUrl: "https://new.example/", secretDigest: digestOf("7") };
      await storage.saveProduct(moved);
      expect("saved again", await storage.findProduct("livechat"), moved);
      expect("the other", await storage.findProduct("email"), email);
    },
  },
  {
    requirement: "STO-KEY",
    name: "a key is found by its digest, with its company",
    async body(storage, companyId) {
      const otherId = await otherCompany(storage);
      await storage.saveKey(newKey(companyId, "a"));
      const id = await storage.saveKey(newKey(otherId, "b", LAST));
      const key = { ...newKey(otherId, "b", LAST), id, status: "enabled" };
      expect("its digest", await storage.findKey(digestOf("b")), { key, company: { id: otherId, ...other } });
      expect("another digest", await storage.findKey(digestOf("c")), undefined);
    },
  },
  {
    requirement: "STO-KEY",
    name: "a key is found whatever its status",
    async body(storage, companyId) {
      const id = await storage.saveKey(newKey(companyId));
      for (const status of ["disabled", "enabled", "revoked"] as const) {
        expect(`set to ${status}`, await storage.setKeyStatus(companyId, id, status), true);
        expect(`found when ${status}`, (await storage.findKey(digestOf("a")))?.key.status, status);
      }
    },
  },
  {
    requirement: "save_key",
    name: "a key of no company, and a key stored twice, are refused",
    async body(storage, companyId) {
      await expectFailure("a key of no company", storage.saveKey(newKey(companyId + 1)));
      expectId("the id of a key", await storage.saveKey(newKey(companyId)));
      await expectFailure("the same key", storage.saveKey(newKey(companyId)));
      expect("how many there are", (await storage.listKeys(companyId)).length, 1);
    },
  },
  {
    requirement: "list_keys",
    name: "keys are listed by id, those of the company alone",
    async body(storage, companyId) {
      const otherId = await otherCompany(storage);
      const saved = [];
      for (const [letter, owner] of [["d", companyId], ["c", otherId], ["b", companyId]] as const) {
        saved.push({ ...newKey(owner, letter), id: await storage.saveKey(newKey(owner, letter)), status: "enabled" });
      }
      expect("its keys", await storage.listKeys(companyId), [saved[0], saved[2]]);
      expect("the other's", await storage.listKeys(otherId), [saved[1]]);
      expect("no company's", await storage.listKeys(otherId + 1), []);
    },
  },
  {
    requirement: "STO-KEYS",
    name: "another company's key is not reached",
    async body(storage, companyId) {
      const otherId = await otherCompany(storage);
      const id = await storage.saveKey(newKey(companyId));
      expect("by another company", await storage.setKeyStatus(otherId, id, "revoked"), false);
      expect("a key that is not there", await storage.setKeyStatus(companyId, id + 1, "revoked"), false);
      expect("the key", (await storage.listKeys(companyId))[0]?.status, "enabled");
    },
  },
  {
    requirement: "STO-KEYS",
    name: "a revoked key stays revoked",
    async body(storage, companyId) {
      const id = await storage.saveKey(newKey(companyId));
      expect("revoking", await storage.setKeyStatus(companyId, id, "revoked"), true);
      for (const status of ["enabled", "disabled", "revoked"] as const) {
        expect(`${status} after revoked`, await storage.setKeyStatus(companyId, id, status), false);
      }
      expect("the key", (await storage.listKeys(companyId))[0]?.status, "revoked");
    },
  },
  {
    requirement: "STO-KEYS",
    name: "a key that is revoked while others enable it stays revoked",
    async body(storage, companyId) {
      const id = await storage.saveKey(newKey(companyId));
      await race((index) => storage.setKeyStatus(companyId, id, index === 1 ? "revoked" : "enabled"));
      expect("the key", (await storage.listKeys(companyId))[0]?.status, "revoked");
    },
  },
  {
    requirement: "STO-KEYS",
    name: "a change of a key leaves the company's others as they are",
    async body(storage, companyId) {
      const first = await storage.saveKey(newKey(companyId, "a"));
      await storage.saveKey(newKey(companyId, "b"));
      await storage.setKeyStatus(companyId, first, "disabled");
      const statuses = (await storage.listKeys(companyId)).map(({ status }) => status);
      expect("their status", statuses, ["disabled", "enabled"]);
    },
  },
  {
    requirement: "STO-PURGE",
    name: "a purge deletes what has expired and nothing else",
    async body(storage, companyId) {
      const { token, code } = await given(storage, companyId);
      for (const [letter, expiresAt] of [["1", 99], ["2", 100], ["3", 101]] as const) {
        await storage.saveToken({ ...token, digest: digestOf(letter), expiresAt });
        await storage.saveCode({ ...code, digest: digestOf(letter), expiresAt });
      }
      expect("how many are deleted", await storage.purge(100), 4);
      for (const letter of ["1", "2"]) {
        expect("an expired token", await storage.findToken(digestOf(letter)), undefined);
        expect("an expired code", await storage.takeCode(digestOf(letter)), undefined);
      }
      expect("a token", (await storage.findToken(digestOf("3")))?.token.expiresAt, 101);
      expect("a code", (await storage.takeCode(digestOf("3")))?.code.expiresAt, 101);
      expect("how many are deleted next", await storage.purge(100), 0);
    },
  },
  {
    requirement: "STO-AUDIT",
    name: "events are recorded, if at all, apart from what is read",
    async body(storage, companyId) {
      const { user, keyId } = await given(storage, companyId);
      const nobody = { companyId: null, keyId: null, userId: null };
      await storage.audit?.({ kind: "key_refused", reason: "unknown", at: LAST, source: "192.0.2.1", ...nobody });
      await storage.audit?.({ kind: "hash_unreadable", at: 2, source: null, companyId, keyId, userId: user.id });
      expect("the user", await storage.findUser(companyId, ANN), user);
    },
  },
  {
    requirement: "STO-ADMIT",
    name: "a first attempt is admitted",
    async body(storage, companyId) {
      const subjects = { sign_on: digestOf("a"), direct: `${partner.domain} ${ANN}`, replacement: `${companyId}/1` };
      for (const purpose of ["sign_on", "direct", "replacement"] as const) {
        const attempt = { purpose, source: null, subject: subjects[purpose] };
        expect(purpose, await storage.admit?.(attempt), undefined);
      }
    },
  },
];
