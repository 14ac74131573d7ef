import type { Contents } from "../../storage/memory/records.js";
import type { TestedStorage } from "../check.js";
import { type BrokenStorage, broken } from "./rows.js";
import type { Mistake } from "./wrong.js";

/** The values that a column has where nobody wrote it, or that a mapping has where nobody thought of it. */
const LOST = {
  user: {
    companyId: 0,
    email: "",
    loginId: "ann@partner.example",
    displayName: "ann@partner.example",
    isCreator: false,
    isCompanyAdmin: false,
    permissions: [],
    passwordHash: "",
    credentialVersion: 1,
    managedBy: "partner",
    status: "enabled",
    issuedAt: null,
    passwordKeyId: null,
  },
  company: {
    name: "",
    domain: "",
    email: "",
    products: [],
    emailDomains: [],
    accountType: "ENTERPRISE",
    domainOwnershipVerified: false,
    domainMxVerified: false,
    status: "enabled",
  },
  key: { digest: "", companyId: 0, status: "enabled", expiresAt: null },
  token: { digest: "", userId: 0, companyId: 0, keyId: null, credentialVersion: 1, product: null, expiresAt: 0 },
  code: { digest: "", userId: 0, companyId: 0, keyId: null, credentialVersion: 1, product: null, expiresAt: 0 },
} as const;

type Lost = keyof typeof LOST;

/** The records in the answer of each method that reads. */
const READS: Partial<Record<keyof TestedStorage, { [Name in Lost]?: (answer: never) => object | null | undefined }>> = {
  findUser: { user: (user) => user },
  listUsers: { user: (users: object[]) => users.at(-1) },
  findCompany: { company: (company) => company },
  findCompanyByEmail: { company: (company) => company },
  listCompanies: { company: (companies: object[]) => companies.at(-1) },
  findKey: { key: ({ key }: Answer) => key, company: ({ company }: Answer) => company },
  listKeys: { key: (keys: object[]) => keys.at(-1) },
  findToken: { ...holder(), token: ({ token }: Answer) => token },
  takeCode: { ...holder(), code: ({ code }: Answer) => code },
};

interface Answer extends Partial<Record<Lost, object | null>> {
  holder?: Answer;
}

function holder() {
  return {
    user: ({ holder }: Answer) => holder?.user,
    company: ({ holder }: Answer) => holder?.company,
    key: ({ holder }: Answer) => holder?.key,
  };
}

/** A mistake for each member of each record that a read may lose. */
export const READ_LOSSES: Mistake[] = Object.entries(READS).flatMap(([method, records]) =>
  Object.entries(records).flatMap(([record, recordIn]) =>
    Object.entries(LOST[record as Lost])
      // A list of keys has no digests.
      .filter(([member]) => method !== "listKeys" || member !== "digest")
      .map(([member, value]) => ({
        breaks: "STO-RECORD" as const,
        name: `loses \`${member}\` of a ${record} in ${method}`,
        methods: (sound: TestedStorage) => ({
          async [method](...call: never[]) {
            const answer = await (sound[method as keyof TestedStorage] as (...call: never[]) => Promise<never>)(...call);
            if (answer != null) Object.assign(recordIn(answer) ?? {}, { [member]: value });
            return answer;
          },
        }),
      })),
  ),
);

const TABLES = { user: "users", company: "companies", key: "keys" } as const;

/** The members that each method which writes is for. */
const WRITES: Partial<Record<keyof TestedStorage, { [Name in keyof typeof TABLES]?: string[] }>> = {
  setUserManager: { user: ["managedBy", "credentialVersion"], company: [], key: [] },
  replacePassword: { user: ["passwordHash", "issuedAt", "passwordKeyId", "credentialVersion"] },
  rehashPassword: { user: ["passwordHash"] },
  createUser: { user: [] },
  setUserStatus: { user: ["status", "credentialVersion"] },
  setUser: { user: ["loginId", "displayName", "isCreator", "isCompanyAdmin", "permissions"] },
  setCompany: { company: ["name", "emailDomains", "accountType", "domainOwnershipVerified", "domainMxVerified"], user: [] },
  setKeyStatus: { key: ["status"], company: [] },
  rotateKey: { key: ["status"] },
  setCompanyStatus: { company: ["status"], user: ["credentialVersion"], key: [] },
};

/** A storage for each member that a write may lose, of the records that are there. */
export const WRITE_LOSSES: BrokenStorage[] = Object.entries(WRITES).flatMap(([method, records]) =>
  Object.entries(records).flatMap(([record, changed]) =>
    Object.entries(LOST[record as Lost])
      // A value that the kit cannot have set is not lost.
      .filter(([member, value]) => !changed.includes(member) && value !== 0 && value !== "")
      .map(([member, value]) =>
        broken("STO-RECORD", `loses \`${member}\` of each ${record} in ${method}`, (rows) => ({
          async [method](...call: never[]) {
            const answer = await (rows.sound()[method as keyof TestedStorage] as (...call: never[]) => Promise<unknown>)(...call);
            rows.edit((contents) => lose(contents, TABLES[record as keyof typeof TABLES], member, value));
            return answer;
          },
        })),
      ),
  ),
);

function lose(contents: Contents, table: "users" | "companies" | "keys", member: string, value: unknown): void {
  for (const row of contents[table]) Object.assign(row, { [member]: value });
}
