import type { Contents } from "../../storage/memory/records.js";
import { type BrokenStorage, betweenStatements, broken } from "./rows.js";

export const COMPANY: BrokenStorage[] = [
  broken("STO-FIND", "compares domains without case", (rows) => ({
    findCompany: (domain) => rows.sound().findCompany(domain.toLowerCase()),
  })),
  broken("STO-FIND", "compares domains without their `www`", (rows) => ({
    findCompany: (domain) => rows.sound().findCompany(domain.replace(/^www\./, "")),
  })),
  broken("STO-FIND", "compares registered e-mails without case", (rows) => ({
    findCompanyByEmail: (email) => rows.sound().findCompanyByEmail(email.toLowerCase()),
  })),
  broken("STO-FIND", "trims registered e-mails", (rows) => ({
    findCompanyByEmail: (email) => rows.sound().findCompanyByEmail(email.trim()),
  })),
  broken("STO-LATE", "remembers that a registered e-mail was nobody's", (rows) => {
    const absent = new Set<string>();
    return {
      async findCompanyByEmail(email) {
        if (absent.has(email)) return undefined;
        const found = await rows.sound().findCompanyByEmail(email);
        if (found == null) absent.add(email);
        return found;
      },
    };
  }),
  broken("STO-RECORD", "folds text", (rows) => ({
    createCompany: (company, event) => rows.sound().createCompany({ ...company, name: company.name?.normalize("NFKC") }, event),
  })),
  broken("STO-RECORD", "keeps e-mail domains in an order of its own", (rows) => ({
    createCompany: (company, event) =>
      rows.sound().createCompany({ ...company, emailDomains: [...company.emailDomains].sort() }, event),
  })),
  broken("STO-FIND", "finds a company by the domain of any e-mail", (rows) => ({
    findCompanyByEmail: (email) => rows.sound().findCompany(email.replace(/^.*@/, "")),
  })),
  broken("STO-COMPANY", "adds two companies of one e-mail", (rows) => ({
    async createCompany(company, event) {
      const { domain, email } = company;
      const created = await rows.sound().createCompany({ ...company, email: `${domain} ${email}` }, event);
      if (created === "exists") return created;
      rows.edit(({ companies }) => Object.assign(companies.find(({ id }) => id === created.id) ?? {}, company));
      return { ...created, email };
    },
  })),
  broken("STO-COMPANY", "takes a domain in other case for another company's", (rows) => ({
    async createCompany(company, event) {
      const { domain } = company;
      if (domain === domain.toLowerCase()) return rows.sound().createCompany(company, event);
      const created = await rows.sound().createCompany({ ...company, domain: `${domain.toLowerCase()}.` }, event);
      return created === "exists" ? created : { ...created, domain };
    },
  })),
  broken("STO-COMPANY", "looks for a company and then adds one", (rows) => ({
    async createCompany(company, event) {
      const { companies } = rows.read();
      if (companies.some(({ domain, email }) => domain === company.domain || email === company.email)) return "exists";
      await betweenStatements;
      const created = await rows.sound().createCompany(company, event);
      if (created === "exists") throw new Error("unique constraint");
      return created;
    },
  })),
  broken("STO-COMPANY", "disables a company without raising its users' versions", (rows) => ({
    async setCompanyStatus(companyId, status, event) {
      const { users } = rows.read();
      const isThere = await rows.sound().setCompanyStatus(companyId, status, event);
      rows.edit((contents) => (contents.users = users));
      return isThere;
    },
  })),
  broken("STO-COMPANY", "raises the versions of a company's users when it is enabled", (rows) => ({
    async setCompanyStatus(companyId, status, event) {
      const isThere = await rows.sound().setCompanyStatus(companyId, status, event);
      if (status === "enabled") rows.edit((contents) => raise(contents, companyId));
      return isThere;
    },
  })),
  broken("STO-COMPANY", "raises every user's version when a company is disabled", (rows) => ({
    async setCompanyStatus(companyId, status, event) {
      const isThere = await rows.sound().setCompanyStatus(companyId, status, event);
      if (status === "disabled") {
        rows.edit((contents) => {
          for (const { id } of contents.companies) if (id !== companyId) raise(contents, id);
        });
      }
      return isThere;
    },
  })),
  broken("STO-COMPANY", "reads the versions of a company's users and then writes them raised", (rows) => ({
    async setCompanyStatus(companyId, status, event) {
      const { users } = rows.read();
      if (status === "disabled") raise({ users }, companyId);
      await betweenStatements;
      const isThere = await rows.sound().setCompanyStatus(companyId, status, event);
      rows.edit((contents) => (contents.users = users));
      return isThere;
    },
  })),
  broken("STO-COMPANY", "sets the status of a company that is not there", (rows) => ({
    async setCompanyStatus(companyId, status, event) {
      await rows.sound().setCompanyStatus(companyId, status, event);
      return true;
    },
  })),
  broken("STO-COMPANY", "tells of a key's company that it is enabled", (rows) => ({
    async findKey(digest) {
      const found = await rows.sound().findKey(digest);
      return found && { ...found, company: { ...found.company, status: "enabled" } };
    },
  })),
];

function raise({ users }: Pick<Contents, "users">, companyId: number): void {
  for (const user of users) if (user.companyId === companyId) user.credentialVersion += 1;
}
