import type { Code, NewKey, NewUser, Product, Token, User } from "../core/wire.js";
import type { NewCompany } from "../storage/contract.js";
import { present, type TestedStorage } from "./check.js";

// The records that the checks store. Times and texts are as long as the contract allows where a column could cut them.

/** The largest time of the contract, and the largest integer that is exact in JavaScript. */
export const LAST = Number.MAX_SAFE_INTEGER;

export const digestOf = (letter: string): string => letter.repeat(64);

/** Each test's company. */
export const partner: NewCompany = {
  name: "Partner Ltd",
  domain: "partner.example",
  email: "it@partner.example",
  products: ["meeting", "email"],
  accountType: "ENTERPRISE",
  domainOwnershipVerified: true,
  domainMxVerified: false,
};

export const other: NewCompany = {
  name: "Other Ltd",
  domain: "other.example",
  email: "it@other.example",
  products: [],
  accountType: "FREE",
  domainOwnershipVerified: false,
  domainMxVerified: true,
};

export const chat: Product = {
  name: "livechat",
  launchUrl: "https://chat.example/enter?from=sso",
  secretDigest: digestOf("9"),
};

export const ANN = "ann@partner.example";

export const newUser = (companyId: number, email: string = ANN): NewUser => ({
  companyId,
  email,
  passwordHash: "$argon2id$one",
  issuedAt: 1_700_000_000_000,
});

export const newKey = (companyId: number, letter: string = "a", expiresAt: number | null = null): NewKey => ({
  digest: digestOf(letter),
  companyId,
  expiresAt,
});

/** The id of another company, which is added. */
export async function otherCompany(storage: TestedStorage): Promise<number> {
  return present("another company is added", await storage.saveCompany(other)).id;
}

/** A user who is added. */
export async function added(storage: TestedStorage, user: NewUser): Promise<User> {
  return present(`${user.email} is created`, await storage.createUser(user));
}

/** A user and a key, and a token and a code of theirs that are not stored yet. */
export async function given(
  storage: TestedStorage,
  companyId: number,
): Promise<{ user: User; keyId: number; token: Token; code: Code }> {
  const user = await added(storage, newUser(companyId));
  const keyId = await storage.saveKey(newKey(companyId));
  const ids = { userId: user.id, companyId, keyId, credentialVersion: 1 };
  return {
    user,
    keyId,
    token: { digest: digestOf("d"), ...ids, product: "email", expiresAt: LAST },
    code: { digest: digestOf("d"), ...ids, product: "livechat", expiresAt: 60_000 },
  };
}
