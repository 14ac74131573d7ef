import type { Code, Company, Key, Token, User } from "../core/wire.js";
import {
  createCompany,
  endKey,
  rotateKey,
  saveCode,
  saveKey,
  saveProduct,
  saveToken,
  setCompanyStatus,
  setKeyStatus,
  setUserEmail,
  setUserManager,
  setUserStatus,
  signOut,
} from "./change.js";
import { type Check, expect, expectAbsent, expectSoon, present, type TestedStorage } from "./check.js";
import {
  ANN,
  added,
  chat,
  createdCompany,
  digestOf,
  given,
  LAST,
  listed,
  newKey,
  newUser,
  other,
  storedKey,
  TIME,
} from "./record.js";
import { ALL_OF_COMPANY, ALL_OF_USER, disable, setCompany, setUser } from "./set.js";

/** Records as they come back from every call. */
export const WHOLE: Check[] = [
  {
    requirement: "STO-RECORD",
    name: "every member of a company, key, user, token and code is the same in each call, and changed by its own calls alone",
    async body(storage) {
      const draft = {
        ...other,
        products: ["remote", "email", "chat-2"],
        emailDomains: ["z.example", "a.example"],
        accountType: " Größe \\ 'x' 😀 ",
      };
      const company = present("a company", await createCompany(storage, structuredClone(draft)));
      expect("the company", company, createdCompany(company.id, draft));
      const key = storedKey(await saveKey(storage, newKey(company.id, "a", LAST)), newKey(company.id, "a", LAST));
      const second = await saveKey(storage, newKey(company.id, "b"));
      const newAnn = { ...newUser(company.id), passwordKeyId: key.id };
      const user = await added(storage, newAnn);
      expect("the user", user, newAnn);
      const ids = { companyId: company.id, userId: user.id };
      const token: Token = {
        digest: digestOf("0"),
        ...ids,
        keyId: key.id,
        credentialVersion: LAST,
        product: "x-9",
        expiresAt: LAST,
      };
      await saveToken(storage, token);
      const direct = { ...token, digest: digestOf("f"), keyId: null, product: null };
      await saveToken(storage, direct);

      let kept: Kept = structuredClone({ company, key, user });
      const { companyId, userId } = ids;
      const swap = () => ({ ...ids, expectedVersion: kept.user.credentialVersion, passwordHash: "$argon2id$two" });
      const setManager = () => setUserManager(storage, companyId, userId, "local");
      const setStatus = (status: User["status"]) => setUserStatus(storage, companyId, userId, status);
      const disableKey = () => setKeyStatus(storage, companyId, key.id, "disabled");
      const disableCompany = () => setCompanyStatus(storage, companyId, "disabled");
      const unusable = { ...ids, passwordHash: "!" };
      const steps: [name: string, call: () => Promise<unknown>, changed: Changed][] = [
        ["they are stored", async () => {}, {}],
        ["the manager is set", setManager, { user: ["managedBy", VERSION] }],
        [
          "the user is set",
          () => setUser(storage, companyId, userId, ALL_OF_USER),
          { user: ["loginId", "displayName", "isCreator", "isCompanyAdmin", "permissions"] },
        ],
        [
          "the company is set",
          () => setCompany(storage, companyId, ALL_OF_COMPANY),
          { company: ["name", "emailDomains", "accountType", "domainOwnershipVerified", "domainMxVerified"] },
        ],
        ["the user is disabled", () => setStatus("disabled"), { user: ["status", VERSION] }],
        ["the key is disabled", disableKey, { key: ["status"] }],
        ["the company is disabled", disableCompany, { company: ["status"], user: [VERSION] }],
        // From here on each member has a value that no column has by itself.
        [
          "the password is replaced",
          () => storage.replacePassword({ ...swap(), issuedAt: TIME + 1, passwordKeyId: second }),
          { user: [...PASSWORD, VERSION] },
        ],
        ["the password is hashed anew", () => storage.rehashPassword(swap()), { user: ["passwordHash"] }],
        ["the manager is set again", setManager, { user: [VERSION] }],
        ["the user is disabled again", () => setStatus("disabled"), { user: [VERSION] }],
        ["the key is disabled again", disableKey, {}],
        ["nothing of the user is set", () => setUser(storage, companyId, userId, {}), {}],
        ["nothing of the company is set", () => setCompany(storage, companyId, {}), {}],
        ["the company is disabled again", disableCompany, { user: [VERSION] }],
        ["the user is there already", () => storage.createUser(newUser(companyId), null), {}],
        ["the company is there already", () => createCompany(storage, { ...other, name: "Again" }), {}],
        ["the key is rotated and kept", () => rotateKey(storage, key.id, newKey(companyId, "c"), { revoke: false }), {}],
        ["a token is revoked", () => storage.revokeToken(digestOf("e")), {}],
        ["the key is rotated", () => rotateKey(storage, key.id, newKey(companyId, "d")), { key: ["status"] }],
        ["the user is enabled", () => setStatus("enabled"), { user: ["status"] }],
        ["the user is signed out", () => signOut(storage, companyId, userId), { user: [VERSION] }],
        ["all users are signed out", () => signOut(storage, companyId, null), { user: [VERSION] }],
        ["the e-mail is set", () => setUserEmail(storage, companyId, userId, `b${ANN}`), { user: ["email", VERSION] }],
        ["the other key is ended", () => endKey(storage, companyId, second), { user: [...PASSWORD, VERSION] }],
        ["the password is disabled", () => disable(storage, { ...unusable, expectedHash: "!" }), { user: [VERSION] }],
        ["what has expired is purged", () => storage.purge(LAST - 1), {}],
      ];
      for (const [index, [after, call, changed]] of steps.entries()) {
        await call();
        kept = {
          user: taking(kept.user, (await storage.listUsers(companyId, userId - 1, 1))[0], changed.user),
          key: taking(kept.key, (await storage.listKeys(companyId, key.id - 1, 1))[0], changed.key),
          company: taking(kept.company, await storage.findCompanyByEmail(other.email), changed.company),
        };
        const code = { ...token, digest: digestOf(`${index}`), keyId: key.id, product: "y".repeat(32) };
        await expectEverywhere(`when ${after}`, storage, kept, [token, direct, code]);
      }
    },
  },
  {
    requirement: "STO-RECORD",
    name: "texts and numbers of the greatest length are kept whole, and the least number",
    async body(storage, companyId) {
      const label = "d".repeat(61);
      const tail = `${label}.${label}.${label}`;
      const company = { ...other, domain: `${"e".repeat(63)}.${tail}.com`, email: `${"l".repeat(64)}@${tail}.eee` };
      const wide = { ...company, name: "😀".repeat(200), accountType: "日".repeat(200), products: PRODUCTS, ...LISTED };
      const { id } = present("a company", await createCompany(storage, wide));
      expect("the company", await storage.findCompanyByEmail(wide.email), createdCompany(id, wide));
      const passwordHash = `$argon2id$v=19$m=65536,t=10,p=4$${"S+/s".repeat(20)}$${"H+/h".repeat(35)}xx`;
      const { email } = wide;
      await added(storage, { ...newUser(companyId, email), passwordHash, issuedAt: LAST });
      const expected = { email, loginId: email, displayName: email, passwordHash, issuedAt: LAST };
      expect("the user", await storage.findUser(companyId, email), expected);
      await added(storage, { ...newUser(companyId), issuedAt: 0 });
      expect("a time of 0", (await storage.findUser(companyId, ANN))?.issuedAt, 0);
    },
  },
  {
    requirement: "STO-RECORD",
    name: "digests and names are compared whole, in their own case",
    async body(storage, companyId) {
      const { token, code } = await given(storage, companyId);
      const [digest, near] = [`${"d".repeat(63)}e`, `${"d".repeat(63)}f`];
      await saveToken(storage, { ...token, digest });
      await saveCode(storage, { ...code, digest });
      await saveKey(storage, { ...newKey(companyId), digest });
      await saveProduct(storage, chat);
      for (const it of [near, digest.toUpperCase(), `${digest} `]) {
        expectAbsent("a token of a near digest", await storage.findToken(it));
        expectAbsent("a code of a near digest", await storage.takeCode(it));
        expectAbsent("a key of a near digest", await storage.findKey(it));
      }
      expectAbsent("a product of a near name", await storage.findProduct(chat.name.toUpperCase()));
      await storage.revokeToken(near);
      expect("the token", (await storage.findToken(digest))?.token.digest, digest);
      await saveToken(storage, { ...token, digest: near });
      await saveCode(storage, { ...code, digest: near });
      await saveKey(storage, { ...newKey(companyId), digest: near });
    },
  },
];

const VERSION = "credentialVersion";

const PASSWORD = ["passwordHash", "issuedAt", "passwordKeyId"] as const;

const LISTED = { emailDomains: ALL_OF_COMPANY.emailDomains };

const PRODUCTS = Array.from({ length: 64 }, (_, index) => `${index}-`.padEnd(32, "x"));

interface Kept {
  company: Company;
  key: Key;
  user: User;
}

/** The members that a call changes. */
type Changed = { [Name in keyof Kept]?: (keyof Kept[Name])[] };

/** Returns `kept` with the members that were to change as they are now; other checks tell whether these are right. */
function taking<Of extends object>(kept: Of, now: Partial<Of> | null | undefined, changed: (keyof Of)[] = []): Of {
  const found = present("a record that was stored", now);
  return { ...kept, ...Object.fromEntries(changed.map((member) => [member, found[member]])) };
}

/** Fails unless each call that answers with one of the records has it as it is, and then changes what came. */
async function expectEverywhere(when: string, storage: TestedStorage, kept: Kept, held: [Token, Token, Code]): Promise<void> {
  const { company, key, user } = kept;
  const [token, direct, code] = held;
  await saveCode(storage, code);
  const after = <Of extends { id: number }>({ id }: Of) => [id - 1, 1] as const;
  const reads: [name: string, read: () => Promise<unknown>, expected: unknown][] = [
    ["findUser", () => storage.findUser(company.id, user.email), user],
    ["listUsers", () => storage.listUsers(company.id, ...after(user)), [user]],
    ["findCompany", () => storage.findCompany(company.domain), company],
    ["findCompanyByEmail", () => storage.findCompanyByEmail(company.email), company],
    ["listCompanies", () => storage.listCompanies(...after(company)), [company]],
    ["findKey", () => storage.findKey(key.digest), { key, company }],
    ["listKeys", () => storage.listKeys(company.id, ...after(key)), [listed(key)]],
    ["findToken", () => storage.findToken(token.digest), { token, holder: kept }],
    [
      "findToken, without key and product",
      () => storage.findToken(direct.digest),
      { token: direct, holder: { ...kept, key: null } },
    ],
    ["takeCode", () => storage.takeCode(code.digest), { code, holder: kept }],
  ];
  for (const [name, read, expected] of reads) {
    let came: unknown;
    const isLate = name === "findCompany" || name === "findKey";
    const once = async () => (came = await read());
    if (isLate) await expectSoon(`${name} ${when}`, once, expected);
    else expect(`${name} ${when}`, await once(), expected);
    scramble(came);
  }
}

/** Changes whatever a storage handed out. A storage may have frozen it. */
function scramble(came: unknown): void {
  if (typeof came !== "object" || came === null) return;
  for (const [name, value] of Object.entries(came)) {
    scramble(value);
    if (typeof value !== "object") Reflect.set(came, name, "changed");
  }
  if (Array.isArray(came)) Reflect.set(came, came.length, "changed");
}
