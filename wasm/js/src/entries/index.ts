// What every entry of the package exports. An entry adds how its runtime loads the wasm, and nothing else.

import { loadCore } from "../core/loader.js";
import type { Company, KeyStatus, User } from "../core/wire.js";
import { type Handler, type HandlerOptions, handlerOver } from "../http/handler.js";
import * as localUser from "../operator/local-user.js";
import * as operator from "../operator/operator.js";
import type { OperatorStorage, Storage } from "../storage/contract.js";

export type { Core } from "../core/core.js";
export { loadCore } from "../core/loader.js";
export { Overloaded, type Passwords, type Verdict } from "../core/passwords.js";
export * from "../core/wire.js";
export type { Handler, HandlerOptions } from "../http/handler.js";
export type { ServiceOptions } from "../http/service.js";
export type { UserDraft } from "../operator/local-user.js";
export {
  type CompanyDraft,
  type IssuedKey,
  type ListedKey,
  type ListedUser,
  OperatorError,
  type OperatorRefusal,
  type ProductDraft,
  type SetProduct,
} from "../operator/operator.js";
export type { OnError } from "../storage/answer.js";
export type {
  CodeWithHolder,
  KeyWithCompany,
  NewCompany,
  OperatorStorage,
  Storage,
  TokenWithHolder,
} from "../storage/contract.js";

/**
 * The handler of the format over your storage: a request in, the documented JSON out.
 *
 * ```js
 * const handler = await createHandler({ storage: memoryStorage() });
 * const response = await handler(new Request("http://localhost/api/sso/authenticate?email=…"));
 * ```
 *
 * Rejects if the wasm cannot be loaded or the option `company` is no domain. The handler itself never does: whatever fails is answered with an error of the
 * format, and told to `onError`.
 */
export async function createHandler(options: HandlerOptions): Promise<Handler> {
  return handlerOver(await loadCore(), options);
}

/**
 * Adds a company. The flags of its answers are false until its domain is verified by other means.
 *
 * Rejects with {@link OperatorError}: `invalid_name`, `invalid_domain`, `invalid_email`, `unknown_product`,
 * `company_exists`.
 */
export async function addCompany(storage: OperatorStorage, draft: operator.CompanyDraft): Promise<Company> {
  return operator.addCompany(await loadCore(), storage, draft);
}

/** All companies, in the order of their ids. */
export async function listCompanies(storage: OperatorStorage): Promise<Company[]> {
  return storage.listCompanies();
}

/**
 * Issues a key to the company with this registered e-mail, and stores the key's digest. `expiresAt` is in milliseconds
 * since 1970, `null` for never. The key itself is stored nowhere: hand it over, and forget it.
 *
 * Rejects with {@link OperatorError}: `invalid_email`, `unknown_company`, `invalid_expiry`.
 */
export async function issueKey(
  storage: OperatorStorage,
  companyEmail: string,
  expiresAt: number | null = null,
): Promise<operator.IssuedKey> {
  return operator.issueKey(await loadCore(), storage, companyEmail, expiresAt);
}

/**
 * The keys of the company with this registered e-mail, in the order of their ids. Nobody can show the keys themselves.
 *
 * Rejects with {@link OperatorError}: `invalid_email`, `unknown_company`.
 */
export async function listKeys(storage: OperatorStorage, companyEmail: string): Promise<operator.ListedKey[]> {
  return operator.listKeys(await loadCore(), storage, companyEmail);
}

/**
 * Enables, disables or revokes a key of the company with this registered e-mail. A revoked key stays revoked. A key that
 * is not enabled is refused, and so are the tokens and codes that were given for it.
 *
 * Rejects with {@link OperatorError}: `invalid_email`, `unknown_key` (also when there is no such company, or the key is
 * revoked already).
 */
export async function setKeyStatus(
  storage: OperatorStorage,
  companyEmail: string,
  keyId: number,
  status: KeyStatus,
): Promise<void> {
  return operator.setKeyStatus(await loadCore(), storage, companyEmail, keyId, status);
}

/**
 * Issues a key in the place of another one, which is revoked once the new one is stored: the partner is never without a
 * key. With `keep` the old one stays as it is, until the partner has put the new one to use.
 *
 * Rejects with {@link OperatorError}: `invalid_email`, `unknown_company`, `unknown_key`, `invalid_expiry`. If the storage
 * fails in between, the old key stands, and a new one that nobody knows.
 */
export async function rotateKey(
  storage: OperatorStorage,
  companyEmail: string,
  keyId: number,
  options?: { expiresAt?: number | null; keep?: boolean },
): Promise<operator.IssuedKey> {
  return operator.rotateKey(await loadCore(), storage, companyEmail, keyId, options);
}

/**
 * Adds a user to the company with this registered e-mail, who signs in with this password; no sign-on of the partner's
 * replaces it.
 *
 * Rejects with {@link OperatorError}: `invalid_email`, `invalid_password`, `unknown_company`, `user_exists`. If the storage
 * fails on the way, the user may be there, managed by the partner.
 */
export async function addUser(
  storage: Storage & OperatorStorage,
  companyEmail: string,
  draft: localUser.UserDraft,
): Promise<operator.ListedUser> {
  return localUser.addUser(await loadCore(), storage, companyEmail, draft);
}

/**
 * The users of the company with this registered e-mail, in the order of their ids, read from the storage in pages.
 *
 * The first step rejects with {@link OperatorError}: `invalid_email`, `unknown_company`.
 */
export async function* listUsers(
  storage: OperatorStorage,
  companyEmail: string,
): AsyncGenerator<operator.ListedUser, void> {
  yield* operator.listUsers(await loadCore(), storage, companyEmail);
}

/**
 * Enables or disables a user of the company with this registered e-mail. Disabling ends the user's tokens for good.
 *
 * Rejects with {@link OperatorError}: `invalid_email`, `unknown_company`, `unknown_user`.
 */
export async function setUserStatus(
  storage: OperatorStorage,
  companyEmail: string,
  userEmail: string,
  status: User["status"],
): Promise<void> {
  return operator.setUserStatus(await loadCore(), storage, companyEmail, userEmail, status);
}

/**
 * Says whose password counts for a user of the company with this registered e-mail: the partner's, or the `local` one,
 * which no sign-on replaces. Either way the user's tokens end.
 *
 * Rejects with {@link OperatorError}: `invalid_email`, `unknown_company`, `unknown_user`.
 */
export async function setUserManager(
  storage: OperatorStorage,
  companyEmail: string,
  userEmail: string,
  managedBy: User["managedBy"],
): Promise<void> {
  return operator.setUserManager(await loadCore(), storage, companyEmail, userEmail, managedBy);
}

/**
 * Says where users of a product are launched to, and gives it a new secret for the exchange of codes, whose digest is
 * stored. A secret that it had is refused from now on.
 *
 * Rejects with {@link OperatorError}: `unknown_product`, `invalid_launch_url`.
 */
export async function setProduct(
  storage: OperatorStorage,
  draft: operator.ProductDraft,
): Promise<operator.SetProduct> {
  return operator.setProduct(await loadCore(), storage, draft);
}
