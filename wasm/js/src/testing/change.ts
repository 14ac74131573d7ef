import type {
  Code,
  Company,
  Event,
  EventReasons,
  KeyStatus,
  Manager,
  NewCompany,
  NewKey,
  NewProduct,
  Status,
  Token,
} from "../core/wire.js";
import type { TestedStorage } from "./check.js";
import { digestOf, TIME } from "./record.js";

// The changes that the checks make, each with its event, as the core makes it.

const NOTHING = { reason: null, source: null, companyId: null, keyId: null, userId: null, product: null, fault: null };

/** Returns an event with these members; all others are `null`. */
export function eventOf<Kind extends keyof EventReasons>(kind: Kind, members: Partial<Event<Kind>> = {}): Event {
  return { kind, at: TIME, ...NOTHING, ...members } as Event;
}

export function signedOn({ companyId, keyId, userId, product }: Token): Event {
  return eventOf("signed_on", { source: "192.0.2.1", companyId, keyId, userId, product });
}

export function launched({ companyId, keyId, userId, product }: Code): Event {
  return eventOf("launched", {
    reason: "matched",
    source: "2001:db8:1234:5678:9abc:def0:1234:5678",
    companyId,
    keyId,
    userId,
    product,
  });
}

export const saveToken = (storage: TestedStorage, token: Token): Promise<void> => storage.saveToken(token, signedOn(token));

export const saveCode = (storage: TestedStorage, code: Code): Promise<void> => storage.saveCode(code, launched(code));

export const createCompany = (storage: TestedStorage, company: NewCompany): Promise<Company | "exists"> =>
  storage.createCompany(company, eventOf("company_added"));

export const setCompanyStatus = (storage: TestedStorage, companyId: number, status: Status): Promise<boolean> =>
  storage.setCompanyStatus(companyId, status, eventOf("company_status_set", { reason: status, companyId }));

export const saveKey = (storage: TestedStorage, key: NewKey): Promise<number> =>
  storage.saveKey(key, eventOf("key_issued", { companyId: key.companyId }));

/** Stores `key` in the place of `keyId`, which is revoked unless it is kept. */
export const rotateKey = (
  storage: TestedStorage,
  keyId: number,
  key: NewKey,
  { companyId = key.companyId, revoke = true } = {},
): Promise<number | null | undefined> =>
  storage.rotateKey({ companyId, keyId, key, revoke }, eventOf("key_rotated", { companyId }));

export const setKeyStatus = (storage: TestedStorage, companyId: number, keyId: number, status: KeyStatus): Promise<boolean> =>
  storage.setKeyStatus(companyId, keyId, status, eventOf("key_status_set", { reason: status, companyId, keyId }));

export const endKey = (storage: TestedStorage, companyId: number, keyId: number): Promise<number | null | undefined> =>
  storage.endKey({ companyId, keyId, passwordHash: "!" }, eventOf("key_ended", { companyId, keyId }));

/** Signs out a user, or all of the company's. */
export const signOut = (storage: TestedStorage, companyId: number, userId: number | null): Promise<boolean> =>
  storage.signOut(companyId, userId, eventOf("signed_out", { companyId, userId }));

export const setUserStatus = (storage: TestedStorage, companyId: number, userId: number, status: Status): Promise<boolean> =>
  storage.setUserStatus(companyId, userId, status, eventOf("user_status_set", { reason: status, companyId, userId }));

export const setUserManager = (storage: TestedStorage, companyId: number, userId: number, managedBy: Manager): Promise<boolean> =>
  storage.setUserManager(companyId, userId, managedBy, eventOf("user_manager_set", { reason: managedBy, companyId, userId }));

export const setUserEmail = (
  storage: TestedStorage,
  companyId: number,
  userId: number,
  email: string,
): Promise<"done" | "none" | "exists"> =>
  storage.setUserEmail(companyId, userId, email, eventOf("user_email_set", { companyId, userId }));

export const deleteUser = (storage: TestedStorage, companyId: number, userId: number): Promise<boolean> =>
  storage.deleteUser(companyId, userId, eventOf("user_deleted", { companyId, userId }));

export const deleteCompany = (storage: TestedStorage, companyId: number): Promise<boolean> =>
  storage.deleteCompany(companyId, eventOf("company_deleted", { companyId }));

export const saveProduct = (storage: TestedStorage, product: NewProduct): Promise<"done" | "exists"> =>
  storage.saveProduct(product, eventOf("product_set", { product: product.name }));

/** Gives a product a new secret. The one that it had is gone unless it has an end. */
export const rotateProduct = (
  storage: TestedStorage,
  name: string,
  letter: string,
  previousSecretExpiresAt: number | null = null,
): Promise<boolean> =>
  storage.rotateProduct(
    { name, secretDigest: digestOf(letter), previousSecretExpiresAt },
    eventOf("product_rotated", { product: name }),
  );
