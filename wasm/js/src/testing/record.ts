import type { Code, Company, Key, NewCompany, NewKey, NewProduct, NewUser, PasswordSwap, Token, User } from "../core/wire.js";
import { createCompany, saveKey, setUserStatus } from "./change.js";
import { present, type TestedStorage } from "./check.js";

// The records that the checks store. Times and texts are as long as the contract allows where a column could cut them.
// What expires does so in the future.

/** The largest time of the contract, and the largest integer that is exact in JavaScript. */
export const LAST = Number.MAX_SAFE_INTEGER;

/** An id that no record of a check has. */
export const NOBODY = LAST;

/** A time that no column of seconds keeps. */
export const TIME = 1_700_000_000_123;

/** Returns a time after this one, which no column of seconds keeps either. A database may delete what has expired. */
export const later = (seconds: number): number => 1000 * (Math.floor(Date.now() / 1000) + seconds) + 123;

/** Returns a digest of its own for each letter and for each number. */
export const digestOf = (text: string): string => text.padStart(64, text.length === 1 ? text : "0");

/** Each test's company. */
export const partner: NewCompany = {
  name: "Partner Ltd",
  domain: "partner.example",
  email: "it@partner.example",
  products: ["meeting", "email"],
  emailDomains: [],
  accountType: "ENTERPRISE",
};

export const other: NewCompany = {
  name: "Other Ltd",
  domain: "other.example",
  email: "it@other.example",
  products: [],
  emailDomains: ["other.example"],
  accountType: "FREE",
};

/** Returns a company as it is once it is created. */
export const createdCompany = (id: number, company: NewCompany): Company => ({
  id,
  ...company,
  domainOwnershipVerified: false,
  domainMxVerified: false,
  status: "enabled",
});

export const chat: NewProduct = {
  name: "livechat",
  launchUrl: "https://chat.example:443?from=%73so",
  secretDigest: digestOf("9"),
};

export const ANN = "ann@partner.example";

export const BOB = "bob@partner.example";

export const newUser = (companyId: number, email: string = ANN): NewUser => ({
  companyId,
  email,
  passwordHash: "$argon2id$one",
  managedBy: "partner",
  issuedAt: TIME,
  passwordKeyId: null,
});

export const newKey = (companyId: number, letter = "a", expiresAt: number | null = null): NewKey => ({
  digest: digestOf(letter),
  companyId,
  expiresAt,
});

/** Returns a key as it is once it is stored. */
export const storedKey = (id: number, key: NewKey): Key => ({ id, ...key, status: "enabled" });

/** Returns the members of a key that a list has. */
export const listed = ({ digest: _, ...key }: Key): Omit<Key, "digest"> => key;

/** Adds a second company and returns its id. */
export async function otherCompany(storage: TestedStorage): Promise<number> {
  return present("a second company is added", await createCompany(storage, other)).id;
}

/** Adds a user. */
export async function added(storage: TestedStorage, user: NewUser): Promise<User> {
  return present(`${user.email} is created`, await storage.createUser(user, null));
}

/** Adds a user whom the partner manages, one who is managed locally and one who is disabled. */
export async function everyKind(storage: TestedStorage, companyId: number): Promise<User[]> {
  const ann = await added(storage, newUser(companyId));
  const bob = await added(storage, { ...newUser(companyId, BOB), managedBy: "local" });
  const dan = await added(storage, newUser(companyId, "dan@partner.example"));
  await setUserStatus(storage, companyId, dan.id, "disabled");
  return [ann, bob, { ...dan, status: "disabled", credentialVersion: 2 }];
}

/** A user and a key that are stored, and what is not stored yet: a token and a code of theirs, and a further password. */
interface Given {
  user: User;
  keyId: number;
  token: Token;
  code: Code;
  swap: PasswordSwap;
}

/** Adds a user and a key. */
export async function given(storage: TestedStorage, companyId: number): Promise<Given> {
  const user = await added(storage, newUser(companyId));
  const keyId = await saveKey(storage, newKey(companyId));
  const ids = { userId: user.id, companyId, keyId, credentialVersion: 1 };
  return {
    user,
    keyId,
    token: { digest: digestOf("d"), ...ids, product: "email", expiresAt: later(3600) },
    code: { digest: digestOf("d"), ...ids, product: "livechat", expiresAt: later(600) },
    swap: {
      companyId,
      userId: user.id,
      expectedVersion: 1,
      passwordHash: "$argon2id$two",
      issuedAt: null,
      passwordKeyId: keyId,
    },
  };
}
