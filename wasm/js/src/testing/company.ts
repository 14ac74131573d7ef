import { createCompany, saveCode, saveToken, setCompanyStatus } from "./change.js";
import {
  type Check,
  expect,
  expectAbsent,
  expectId,
  expectNone,
  expectPages,
  expectSoon,
  present,
  race,
  raceToMake,
} from "./check.js";
import {
  ANN,
  added,
  createdCompany,
  digestOf,
  everyKind,
  given,
  NOBODY,
  newUser,
  other,
  otherCompany,
  partner,
} from "./record.js";

/** Companies, as the operator sees and changes them. */
export const COMPANIES: Check[] = [
  {
    requirement: "STO-FIND",
    name: "a company is found by its domain alone",
    async body(storage, companyId) {
      await otherCompany(storage);
      await expectSoon("its domain", () => storage.findCompany(partner.domain), createdCompany(companyId, partner));
      expectAbsent("its e-mail", await storage.findCompany(partner.email));
      for (const near of ["Partner.example", "partner.example ", "www.partner.example", "partner_example"])
        expectAbsent(near, await storage.findCompany(near));
    },
  },
  {
    requirement: "STO-FIND",
    name: "a company is found by its registered e-mail alone",
    async body(storage, companyId) {
      const otherId = await otherCompany(storage);
      expect("its e-mail", await storage.findCompanyByEmail(partner.email), createdCompany(companyId, partner));
      expect("the other's e-mail", await storage.findCompanyByEmail(other.email), createdCompany(otherId, other));
      for (const near of [partner.domain, "IT@partner.example", "it@partner.example ", "i_@partner.example"])
        expectAbsent(near, await storage.findCompanyByEmail(near));
    },
  },
  {
    requirement: "STO-COMPANY",
    name: "a company whose domain or e-mail is taken is not added",
    async body(storage) {
      expect("the domain", await createCompany(storage, { ...other, domain: partner.domain }), "exists");
      expect("the e-mail", await createCompany(storage, { ...other, email: partner.email }), "exists");
      const saved = present("neither", await createCompany(storage, other));
      expectId("its id", saved.id);
      expect("what was added", saved, createdCompany(saved.id, other));
    },
  },
  {
    requirement: "STO-COMPANY",
    name: "a domain or an e-mail in other case makes no second company",
    async body(storage, companyId) {
      await expectNone("the domain", createCompany(storage, { ...other, domain: "Partner.example" }));
      await expectNone("the e-mail", createCompany(storage, { ...other, email: "IT@partner.example" }));
      expect("the companies", await storage.listCompanies(0, 10), [createdCompany(companyId, partner)]);
    },
  },
  {
    requirement: "STO-RECORD",
    name: "a company's name is kept as it was given",
    async body(storage) {
      const name = ` Straße & "Söhne" \\ K\u212a 'x'; 日本 😀 ${"n".repeat(200)} `;
      const saved = present("the company", await createCompany(storage, { ...other, name }));
      expect("what was added", saved.name, name);
      await expectSoon("what is found", () => storage.findCompany(other.domain), { name });
    },
  },
  {
    requirement: "STO-LIST",
    name: "all companies are listed by id",
    async body(storage, companyId) {
      // Its id is the greater one, and its name and domain come first in the alphabet.
      const otherId = await otherCompany(storage);
      expect("the companies", await storage.listCompanies(0, 10), [
        createdCompany(companyId, partner),
        createdCompany(otherId, other),
      ]);
    },
  },
  {
    requirement: "STO-COMPANY",
    name: "of 64 creates of one domain at once exactly one creates, and none fails",
    async body(storage) {
      const create = (index: number) => createCompany(storage, { ...other, email: `it${index}@other.example` });
      const created = await raceToMake(create);
      expect("how many are created", created.length, 1);
      await expectSoon("the company", () => storage.findCompany(other.domain), created[0]);
    },
  },
  {
    requirement: "STO-COMPANY",
    name: "of 64 creates of one registered e-mail at once exactly one creates, and none fails",
    async body(storage) {
      const create = (index: number) => createCompany(storage, { ...other, domain: `other${index}.example` });
      const [created, ...further] = await raceToMake(create);
      expect("how many more are created", further.length, 0);
      const { domain } = present("the company that is created", created);
      await expectSoon("the company", () => storage.findCompany(domain), created);
    },
  },
  {
    requirement: "STO-COMPANY",
    name: "disabling a company raises the credential version of each of its users, enabling leaves it",
    async body(storage, companyId) {
      const otherId = await otherCompany(storage);
      const users = await everyKind(storage, companyId);
      const bystander = await added(storage, newUser(otherId, "eve@other.example"));
      for (const [status, raised] of [
        ["disabled", 1],
        ["enabled", 1],
        ["disabled", 2],
      ] as const) {
        expect(`set to ${status}`, await setCompanyStatus(storage, companyId, status), true);
        for (const user of users) {
          const expected = { ...user, credentialVersion: user.credentialVersion + raised };
          expect(`a user after ${status}`, await storage.findUser(companyId, user.email), expected);
        }
      }
      expect("the other company's user", await storage.findUser(otherId, bystander.email), bystander);
    },
  },
  {
    requirement: "STO-COMPANY",
    name: "of 64 disablings of a company at once, the version of its user tells of each",
    async body(storage, companyId) {
      await added(storage, newUser(companyId));
      const changes = await race(() => setCompanyStatus(storage, companyId, "disabled"));
      expect("the version", (await storage.findUser(companyId, ANN))?.credentialVersion, 1 + changes.length);
    },
  },
  {
    requirement: "STO-COMPANY",
    name: "a company's status is told wherever the company is",
    async body(storage, companyId) {
      const { token, code } = await given(storage, companyId);
      await saveToken(storage, token);
      await saveCode(storage, code);
      await setCompanyStatus(storage, companyId, "disabled");
      const company = { ...createdCompany(companyId, partner), status: "disabled" };
      await expectSoon("by its domain", () => storage.findCompany(partner.domain), company);
      expect("by its e-mail", await storage.findCompanyByEmail(partner.email), company);
      await expectSoon("with its key", () => storage.findKey(digestOf("a")), { company });
      expect("with its token", (await storage.findToken(token.digest))?.holder.company, company);
      expect("with its code", (await storage.takeCode(code.digest))?.holder.company, company);
      expect("in the list", await storage.listCompanies(0, 10), [company]);
    },
  },
  {
    requirement: "STO-COMPANY",
    name: "the status of a company that is not there is not changed",
    async body(storage, companyId) {
      for (const status of ["enabled", "disabled"] as const) {
        expect(status, await setCompanyStatus(storage, NOBODY, status), false);
      }
      await expectSoon("the company", () => storage.findCompany(partner.domain), createdCompany(companyId, partner));
    },
  },
  {
    requirement: "STO-LIST",
    name: "a page of companies begins after an id and holds no more than was asked for",
    async body(storage, companyId) {
      const ids = [companyId];
      for (const name of ["zoo", "art"]) {
        const company = { ...other, domain: `${name}.example`, email: `it@${name}.example` };
        ids.push(present("a company", await createCompany(storage, company)).id);
      }
      await expectPages((after) => storage.listCompanies(after, 2), ids);
    },
  },
];
