import { betweenStatements, broken, type BrokenStorage } from "./rows.js";

export const OPERATOR: BrokenStorage[] = [
  broken("STO-KEY", "finds enabled keys only", (rows) => ({
    async findKey(digest) {
      const found = await rows.sound().findKey(digest);
      return found?.key.status === "enabled" ? found : undefined;
    },
  })),
  broken("STO-KEY", "finds a key with another company", (rows) => ({
    async findKey(digest) {
      const found = await rows.sound().findKey(digest);
      const [company] = rows.read().companies;
      return found && company && { ...found, company };
    },
  })),
  broken("save_key", "stores a key of no company", (rows) => ({
    async saveKey(key) {
      const [company] = rows.read().companies;
      return rows.sound().saveKey({ ...key, companyId: company && key.companyId > 1 ? company.id : key.companyId });
    },
  })),
  broken("list_keys", "lists the latest key first", (rows) => ({
    listKeys: async (companyId) => (await rows.sound().listKeys(companyId)).reverse(),
  })),
  broken("STO-KEYS", "changes keys of any company", (rows) => ({
    async setKeyStatus(companyId, keyId, status) {
      const owner = rows.read().keys.find(({ id }) => id === keyId)?.companyId ?? companyId;
      return rows.sound().setKeyStatus(owner, keyId, status);
    },
  })),
  broken("STO-KEYS", "changes revoked keys", (rows) => ({
    async setKeyStatus(companyId, keyId, status) {
      const key = rows.read().keys.find((key) => key.id === keyId && key.companyId === companyId);
      if (key) rows.edit(({ keys }) => Object.assign(keys.find(({ id }) => id === keyId) ?? {}, { status }));
      return key !== undefined;
    },
  })),
  broken("STO-KEYS", "looks whether a key is revoked and then changes it", (rows) => ({
    async setKeyStatus(companyId, keyId, status) {
      const key = rows.read().keys.find((key) => key.id === keyId && key.companyId === companyId);
      if (key === undefined || key.status === "revoked") return false;
      await betweenStatements;
      rows.edit(({ keys }) => Object.assign(keys.find(({ id }) => id === keyId) ?? {}, { status }));
      return true;
    },
  })),
  broken("STO-KEYS", "changes all keys of the company", (rows) => ({
    async setKeyStatus(companyId, keyId, status) {
      const changed = await rows.sound().setKeyStatus(companyId, keyId, status);
      if (changed) rows.edit(({ keys }) => keys.forEach((key) => (key.status = status)));
      return changed;
    },
  })),
  broken("find_company", "compares domains without case", (rows) => ({
    findCompany: (domain) => rows.sound().findCompany(domain.toLowerCase()),
  })),
  broken("find_company", "adds two companies of one e-mail", (rows) => ({
    async saveCompany(company) {
      const saved = await rows.sound().saveCompany({ ...company, email: `${company.domain} ${company.email}` });
      if (saved === "exists") return saved;
      rows.edit(({ companies }) => Object.assign(companies.find(({ id }) => id === saved.id) ?? {}, company));
      return { ...saved, email: company.email };
    },
  })),
  broken("find_company", "takes a domain in other case for another company's", (rows) => ({
    async saveCompany(company) {
      const { domain } = company;
      if (domain === domain.toLowerCase()) return rows.sound().saveCompany(company);
      const saved = await rows.sound().saveCompany({ ...company, domain: `${domain.toLowerCase()}.` });
      return saved === "exists" ? saved : { ...saved, domain };
    },
  })),
  broken("find_company", "folds text", (rows) => ({
    saveCompany: (company) => rows.sound().saveCompany({ ...company, name: company.name.normalize("NFKC") }),
  })),
  broken("find_company_by_email", "finds a company by the domain of any e-mail", (rows) => ({
    findCompanyByEmail: (email) => rows.sound().findCompany(email.replace(/^.*@/, "")),
  })),
  broken("find_product", "keeps the first product of a name", (rows) => ({
    async saveProduct(product) {
      if ((await rows.sound().findProduct(product.name)) === undefined) await rows.sound().saveProduct(product);
    },
  })),
  broken("STO-AUDIT", "records no event without a company", (rows) => ({
    async audit(event) {
      if (event.companyId === null) throw new Error("not null constraint");
      return rows.sound().audit?.(event);
    },
  })),
  broken("STO-ADMIT", "refuses the first attempt", () => ({ admit: async () => ({ retryAfter: 1 }) })),
];
