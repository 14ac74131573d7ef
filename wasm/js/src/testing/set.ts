import type { CompanyMembers, PasswordDisabling, UserMembers } from "../core/wire.js";
import { eventOf } from "./change.js";
import { type Check, expect, expectEvents, race, type TestedStorage } from "./check.js";
import { ANN, added, BOB, createdCompany, given, NOBODY, newUser, otherCompany, partner, TIME } from "./record.js";

const NO_USER: UserMembers = { loginId: null, displayName: null, isCreator: null, isCompanyAdmin: null, permissions: null };
const NO_COMPANY: CompanyMembers = {
  name: null,
  emailDomains: null,
  accountType: null,
  domainOwnershipVerified: null,
  domainMxVerified: null,
};

const LABELS = `${"x".repeat(60)}.${"y".repeat(63)}.${"x".repeat(63)}.${"z".repeat(61)}`;

// As long as they may be, with what a column could fold or an encoding lose.
export const ALL_OF_USER = {
  loginId: "e\u0301".repeat(127),
  displayName: `Ann "\u00c9" \\ ${"\u{1f600}".repeat(243)} `,
  isCreator: true,
  isCompanyAdmin: true,
  permissions: ["chat.write", "chat.read", "chat.write", "\u00df, ' \"", "x".repeat(200)],
};
export const ALL_OF_COMPANY = {
  name: `Partner e\u0301 ${"\u{1f600}".repeat(189)}`,
  emailDomains: Array.from({ length: 100 }, (_, index) => `${999 - index}${LABELS}`),
  accountType: ` ${"y".repeat(198)} `,
  domainOwnershipVerified: true,
  domainMxVerified: true,
};

export const setUser = (
  storage: TestedStorage,
  companyId: number,
  userId: number,
  members: Partial<UserMembers>,
): Promise<boolean> => storage.setUser(companyId, userId, { ...NO_USER, ...members }, eventOf("user_set", { companyId, userId }));

export const setCompany = (storage: TestedStorage, companyId: number, members: Partial<CompanyMembers>): Promise<boolean> =>
  storage.setCompany(companyId, { ...NO_COMPANY, ...members }, eventOf("company_set", { companyId }));

const disabled = ({ companyId, userId }: PasswordDisabling) =>
  eventOf("password_disabled", { reason: "other", companyId, userId });

export const disable = (storage: TestedStorage, disabling: PasswordDisabling): Promise<"done" | "stale"> =>
  storage.disablePassword(disabling, disabled(disabling));

/** What the operator sets for answers to say, and passwords that the operator makes unusable. */
export const SETS: Check[] = [
  {
    requirement: "STO-SET",
    name: "what is set of a user is set whole, and nothing else changes",
    async body(storage, companyId) {
      const user = await added(storage, newUser(companyId));
      const bystander = await added(storage, newUser(companyId, BOB));
      expect("setting", await setUser(storage, companyId, user.id, ALL_OF_USER), true);
      expect("the user", await storage.findUser(companyId, ANN), { ...user, ...ALL_OF_USER });
      const rest = { isCreator: false, isCompanyAdmin: false, permissions: [] };
      expect("setting back", await setUser(storage, companyId, user.id, rest), true);
      expect("the user then", await storage.findUser(companyId, ANN), { ...user, ...ALL_OF_USER, ...rest });
      expect("the other user", await storage.findUser(companyId, bystander.email), bystander);
    },
  },
  {
    requirement: "STO-SET",
    name: "a member of a user that is null stays as it is",
    async body(storage, companyId) {
      let user = { ...(await added(storage, newUser(companyId))), ...ALL_OF_USER };
      await setUser(storage, companyId, user.id, ALL_OF_USER);
      for (const members of [
        { loginId: "ann" },
        { displayName: "Ann" },
        { isCreator: false },
        { isCompanyAdmin: false },
        { permissions: ["read"] },
        {},
      ]) {
        expect(`setting ${Object.keys(members)}`, await setUser(storage, companyId, user.id, members), true);
        user = { ...user, ...members };
        expect(`the user after ${Object.keys(members)}`, await storage.findUser(companyId, ANN), user);
      }
    },
  },
  {
    requirement: "STO-SET",
    name: "a different company's user is not set, and neither is nobody",
    async body(storage, companyId, events) {
      const otherId = await otherCompany(storage);
      const user = await added(storage, newUser(companyId));
      const before = (await events())?.length;
      expect("by a different company", await setUser(storage, otherId, user.id, ALL_OF_USER), false);
      for (const members of [ALL_OF_USER, {}]) expect("nobody", await setUser(storage, companyId, NOBODY, members), false);
      expect("the user", await storage.findUser(companyId, ANN), user);
      expect("the number of events", (await events())?.length, before);
    },
  },
  {
    requirement: "STO-SET",
    name: "what is set of a company is set whole, and nothing else changes",
    async body(storage, companyId) {
      let company = createdCompany(companyId, partner);
      for (const members of [
        ALL_OF_COMPANY,
        { name: "Partner plc" },
        { emailDomains: ["partner.test", "partner.example"] },
        { accountType: "FREE" },
        { domainOwnershipVerified: false },
        { domainMxVerified: false },
        { emailDomains: [] },
        {},
      ]) {
        expect(`setting ${Object.keys(members)}`, await setCompany(storage, companyId, members), true);
        company = { ...company, ...members };
        expect(`the company after ${Object.keys(members)}`, await storage.findCompanyByEmail(partner.email), company);
      }
      for (const members of [ALL_OF_COMPANY, {}]) expect("no company", await setCompany(storage, NOBODY, members), false);
      const otherId = await otherCompany(storage);
      await setCompany(storage, otherId, ALL_OF_COMPANY);
      expect("the company", await storage.findCompanyByEmail(partner.email), company);
    },
  },
  {
    requirement: "STO-HASHES",
    name: "a hash that is the expected one is disabled, and the version is raised",
    async body(storage, companyId) {
      const { user, swap } = await given(storage, companyId);
      const bystander = await added(storage, newUser(companyId, BOB));
      await storage.replacePassword({ ...swap, issuedAt: TIME });
      const disabling = { companyId, userId: user.id, expectedHash: swap.passwordHash, passwordHash: "!" };
      expect("disabling", await disable(storage, disabling), "done");
      const unusable = { passwordHash: "!", issuedAt: null, passwordKeyId: null, credentialVersion: 3 };
      expect("the user", await storage.findUser(companyId, ANN), { ...user, ...unusable });
      expect("a write that was in flight", await storage.replacePassword({ ...swap, expectedVersion: 2 }), "stale");
      expect("disabling again", await disable(storage, disabling), "stale");
      expect("the other user", await storage.findUser(companyId, bystander.email), bystander);
    },
  },
  {
    requirement: "STO-HASHES",
    name: "a hash that is not the expected one, byte for byte, stays",
    async body(storage, companyId, events) {
      const otherId = await otherCompany(storage);
      const user = await added(storage, newUser(companyId));
      const disabling = { companyId, userId: user.id, expectedHash: user.passwordHash, passwordHash: "!" };
      const before = (await events())?.length;
      for (const wrong of [
        { expectedHash: "$ARGON2ID$one" },
        { expectedHash: "$argon2id$one " },
        { expectedHash: "" },
        { companyId: otherId },
        { userId: NOBODY },
      ]) {
        expect(`disabling ${JSON.stringify(wrong)}`, await disable(storage, { ...disabling, ...wrong }), "stale");
      }
      expect("the user", await storage.findUser(companyId, ANN), user);
      expect("the number of events", (await events())?.length, before);
    },
  },
  {
    requirement: "STO-HASHES",
    name: "of a replacement and 64 disablings at once, the version tells of each that applied",
    async body(storage, companyId) {
      const { user, swap } = await given(storage, companyId);
      const disabling = { companyId, userId: user.id, expectedHash: user.passwordHash, passwordHash: "!" };
      const [outcomes, replaced] = await Promise.all([race(() => disable(storage, disabling)), storage.replacePassword(swap)]);
      const done = outcomes.filter((outcome) => outcome === "done").length;
      expect("how many applied", done + Number(replaced !== "stale"), 1);
      expect("the version", (await storage.findUser(companyId, ANN))?.credentialVersion, 2);
    },
  },
  {
    requirement: "STO-AUDIT",
    name: "what is set, and a password that is disabled, are stored with their events",
    async body(storage, companyId, events) {
      const user = await added(storage, newUser(companyId));
      await setCompany(storage, companyId, { name: "x" });
      await setUser(storage, companyId, user.id, { displayName: "x" });
      const disabling = { companyId, userId: user.id, expectedHash: user.passwordHash, passwordHash: "!" };
      await disable(storage, disabling);
      await disable(storage, disabling);
      await expectEvents("the events", events, [
        eventOf("company_set", { companyId }),
        eventOf("user_set", { companyId, userId: user.id }),
        disabled(disabling),
      ]);
    },
  },
];
