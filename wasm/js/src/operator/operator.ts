import type {
  Commands,
  HashCounts,
  IssuedKey,
  ListedCompany,
  ListedEvent,
  ListedKey,
  ListedProduct,
  ListedUser,
  RotatedProduct,
  SetProduct,
  ShownUser,
} from "../core/wire.js";
import type { OperatorStorage } from "../storage/contract.js";
import { type OperatorOptions, parts, run } from "./run.js";

/**
 * Adds a company and returns it. The flags of its answers are false until its domain is verified by other means.
 *
 * Rejects with an `OperatorError`: 4003, or 4093 if a company has the domain or the e-mail already.
 */
export async function addCompany(
  storage: OperatorStorage,
  members: Commands["add_company"],
  options?: OperatorOptions,
): Promise<ListedCompany> {
  return (await run("add_company", members, storage, options)).company;
}

/** Lists the companies, in the order of their ids. `limit` is how many are read at once. */
export async function* listCompanies(
  storage: OperatorStorage,
  members: Commands["list_companies"] = {},
  options?: OperatorOptions,
): AsyncGenerator<ListedCompany, void> {
  for await (const { companies } of parts("list_companies", members, storage, options)) yield* companies;
}

/**
 * Enables or disables a company. While it is disabled, its keys, sign-ins, tokens and codes are refused; the tokens that
 * its users had stay ended when it is enabled again.
 *
 * Rejects with an `OperatorError`: 4003, or 4040 if there is no such company.
 */
export async function setCompanyStatus(
  storage: OperatorStorage,
  members: Commands["set_company_status"],
  options?: OperatorOptions,
): Promise<void> {
  await run("set_company_status", members, storage, options);
}

/**
 * Sets what answers say of a company, and the domains of the users whom its sign-ons may create: the members that are there. Who
 * is a user already stays one, whatever the domain.
 *
 * Rejects with an `OperatorError`: 4001, 4003, or 4040 if there is no such company.
 */
export async function setCompany(
  storage: OperatorStorage,
  members: Commands["set_company"],
  options?: OperatorOptions,
): Promise<void> {
  await run("set_company", members, storage, options);
}

/**
 * Ends the tokens and codes of all users of a company. They may sign on and in again at once.
 *
 * Rejects with an `OperatorError`: 4003, or 4040 if there is no such company.
 */
export async function signOutCompany(
  storage: OperatorStorage,
  members: Commands["sign_out_company"],
  options?: OperatorOptions,
): Promise<void> {
  await run("sign_out_company", members, storage, options);
}

/**
 * Deletes a company with its keys, users, tokens and codes, for good. Events stay, with the ids that they name.
 *
 * Rejects with an `OperatorError`: 4003, or 4040 if there is no such company.
 */
export async function deleteCompany(
  storage: OperatorStorage,
  members: Commands["delete_company"],
  options?: OperatorOptions,
): Promise<void> {
  await run("delete_company", members, storage, options);
}

/**
 * Issues a key to a company. The key itself is stored nowhere: hand it over, and forget it.
 *
 * Rejects with an `OperatorError`: 4003, or 4040 if there is no such company.
 */
export async function issueKey(
  storage: OperatorStorage,
  members: Commands["issue_key"],
  options?: OperatorOptions,
): Promise<IssuedKey> {
  return run("issue_key", members, storage, options);
}

/**
 * Issues a key in the place of one that the company has, which is revoked in the same operation. With `keep` that one
 * stays as it is, until the partner has put the new one to use.
 *
 * Rejects with an `OperatorError`: 4003, or 4040 if there is no such company or key, or the key is revoked.
 */
export async function rotateKey(
  storage: OperatorStorage,
  members: Commands["rotate_key"],
  options?: OperatorOptions,
): Promise<IssuedKey> {
  return run("rotate_key", members, storage, options);
}

/**
 * Lists a company's keys, in the order of their ids. Nobody can show the keys themselves. `limit` is how many are read at
 * once.
 *
 * The first step rejects with an `OperatorError`: 4003, or 4040 if there is no such company.
 */
export async function* listKeys(
  storage: OperatorStorage,
  members: Commands["list_keys"],
  options?: OperatorOptions,
): AsyncGenerator<ListedKey, void> {
  for await (const { keys } of parts("list_keys", members, storage, options)) yield* keys;
}

/**
 * Enables, disables or revokes a key. A revoked key stays revoked. A key that is not enabled is refused, and so are the
 * tokens and codes that were given for it.
 *
 * Rejects with an `OperatorError`: 4003, or 4040 if there is no such company or key, or the key is revoked.
 */
export async function setKeyStatus(
  storage: OperatorStorage,
  members: Commands["set_key_status"],
  options?: OperatorOptions,
): Promise<void> {
  await run("set_key_status", members, storage, options);
}

/**
 * Revokes a key that leaked, also one that is revoked already, makes the passwords that it set unusable, ends the tokens of
 * these users, and returns how many they are. The partner's next sign-on stores the password anew; a user who is managed
 * locally stays without one. A sign-on that is under way may still set one: repeat it half a minute later.
 *
 * Rejects with an `OperatorError`: 4003, or 4040 if there is no such company or key.
 */
export async function endKey(storage: OperatorStorage, members: Commands["end_key"], options?: OperatorOptions): Promise<number> {
  return (await run("end_key", members, storage, options)).passwords;
}

/**
 * Adds a user who signs in with this password; no sign-on of the partner's replaces it.
 *
 * Rejects with an `OperatorError`: 4003, 4040 if there is no such company, or 4093 if it has the user already.
 */
export async function addUser(
  storage: OperatorStorage,
  members: Commands["add_user"],
  options?: OperatorOptions,
): Promise<ListedUser> {
  return (await run("add_user", members, storage, options)).user;
}

/**
 * Lists a company's users, in the order of their ids. `limit` is how many are read at once.
 *
 * The first step rejects with an `OperatorError`: 4003, or 4040 if there is no such company.
 */
export async function* listUsers(
  storage: OperatorStorage,
  members: Commands["list_users"],
  options?: OperatorOptions,
): AsyncGenerator<ListedUser, void> {
  for await (const { users } of parts("list_users", members, storage, options)) yield* users;
}

/**
 * Returns a user, and when and by which key the stored password was set.
 *
 * Rejects with an `OperatorError`: 4003, or 4040 if there is no such company or user.
 */
export async function showUser(
  storage: OperatorStorage,
  members: Commands["show_user"],
  options?: OperatorOptions,
): Promise<ShownUser> {
  return run("show_user", members, storage, options);
}

/**
 * Enables or disables a user. Disabling ends the user's tokens for good.
 *
 * Rejects with an `OperatorError`: 4003, or 4040 if there is no such company or user.
 */
export async function setUserStatus(
  storage: OperatorStorage,
  members: Commands["set_user_status"],
  options?: OperatorOptions,
): Promise<void> {
  await run("set_user_status", members, storage, options);
}

/**
 * Says whose password counts for a user: the partner's, or the `local` one, which no sign-on replaces. Either way the
 * user's tokens end.
 *
 * Rejects with an `OperatorError`: 4003, or 4040 if there is no such company or user.
 */
export async function setUserManager(
  storage: OperatorStorage,
  members: Commands["set_user_manager"],
  options?: OperatorOptions,
): Promise<void> {
  await run("set_user_manager", members, storage, options);
}

/**
 * Sets what answers say of a user: the members that are there. The user's tokens stay valid and tell of it.
 *
 * Rejects with an `OperatorError`: 4001, 4003, or 4040 if there is no such company or user.
 */
export async function setUser(storage: OperatorStorage, members: Commands["set_user"], options?: OperatorOptions): Promise<void> {
  await run("set_user", members, storage, options);
}

/**
 * Ends the tokens and codes of a user, who may sign on and in again at once.
 *
 * Rejects with an `OperatorError`: 4003, or 4040 if there is no such company or user.
 */
export async function signOutUser(
  storage: OperatorStorage,
  members: Commands["sign_out_user"],
  options?: OperatorOptions,
): Promise<void> {
  await run("sign_out_user", members, storage, options);
}

/**
 * Gives a user a different e-mail, and ends the user's tokens. A sign-on with the one before creates a new user from then on: to
 * shut somebody out, disable the user.
 *
 * Rejects with an `OperatorError`: 4003, 4040 if there is no such company or user, or 4093 if a different user has the e-mail.
 */
export async function setUserEmail(
  storage: OperatorStorage,
  members: Commands["set_user_email"],
  options?: OperatorOptions,
): Promise<void> {
  await run("set_user_email", members, storage, options);
}

/**
 * Deletes a user with the tokens and codes, for good. Events stay, with the id. The partner's next sign-on creates a new user: to
 * shut somebody out, disable the user.
 *
 * Rejects with an `OperatorError`: 4003, or 4040 if there is no such company or user.
 */
export async function deleteUser(
  storage: OperatorStorage,
  members: Commands["delete_user"],
  options?: OperatorOptions,
): Promise<void> {
  await run("delete_user", members, storage, options);
}

/**
 * Counts a company's users by the kind of their password hashes. `limit` is how many are read at once. A hash that only
 * your own `passwords` read is `unreadable` here.
 *
 * Rejects with an `OperatorError`: 4003, or 4040 if there is no such company.
 */
export async function countHashes(
  storage: OperatorStorage,
  members: Commands["count_hashes"],
  options?: OperatorOptions,
): Promise<HashCounts> {
  const sum = { current: 0, other: 0, unreadable: 0, disabled: 0 };
  for await (const { current, other, unreadable, disabled } of parts("count_hashes", members, storage, options)) {
    sum.current += current;
    sum.other += other;
    sum.unreadable += unreadable;
    sum.disabled += disabled;
  }
  return sum;
}

/**
 * Makes the passwords of a company's users unusable whose hashes are of a kind, ends their tokens, and returns how many
 * they are. The partner's next sign-on stores the password anew; a user who is managed locally stays without one.
 *
 * Rejects with an `OperatorError`: 4003, or 4040 if there is no such company.
 */
export async function disableHashes(
  storage: OperatorStorage,
  members: Commands["disable_hashes"],
  options?: OperatorOptions,
): Promise<number> {
  let sum = 0;
  for await (const { disabled } of parts("disable_hashes", members, storage, options)) sum += disabled;
  return sum;
}

/** Lists the products, in the order of their names. Nobody can show their secrets. */
export async function listProducts(
  storage: OperatorStorage,
  members: Commands["list_products"] = {},
  options?: OperatorOptions,
): Promise<ListedProduct[]> {
  return (await run("list_products", members, storage, options)).products;
}

/**
 * Says where users of a product are launched to. A new product gets a secret for the exchange of codes, whose digest is
 * stored; one that is there keeps its own, and `secret` is `null`.
 *
 * Rejects with an `OperatorError`: 4003.
 */
export async function setProduct(
  storage: OperatorStorage,
  members: Commands["set_product"],
  options?: OperatorOptions,
): Promise<SetProduct> {
  return run("set_product", members, storage, options);
}

/**
 * Gives a product a new secret for the exchange of codes, whose digest is stored. The one that it had is accepted for
 * `overlap` milliseconds more.
 *
 * Rejects with an `OperatorError`: 4003, or 4040 if the product is not set.
 */
export async function rotateProduct(
  storage: OperatorStorage,
  members: Commands["rotate_product"],
  options?: OperatorOptions,
): Promise<RotatedProduct> {
  return run("rotate_product", members, storage, options);
}

/** Deletes the tokens and codes that have expired, and returns how many they were. */
export async function purge(
  storage: OperatorStorage,
  members: Commands["purge"] = {},
  options?: OperatorOptions,
): Promise<number> {
  return (await run("purge", members, storage, options)).purged;
}

/**
 * Lists stored events, in the order of their ids: those from `since` on, of a company, a user, a key and a kind, as far as
 * these are given. `limit` is how many are read at once.
 *
 * The first step rejects with an `OperatorError`: 4001, 4003, or 4040 if there is no such company or user.
 */
export async function* listEvents(
  storage: OperatorStorage,
  members: Commands["list_events"] = {},
  options?: OperatorOptions,
): AsyncGenerator<ListedEvent, void> {
  for await (const { events } of parts("list_events", members, storage, options)) yield* events;
}

/**
 * Deletes the events of before a time, and returns how many they were.
 *
 * Rejects with an `OperatorError`: 4003.
 */
export async function purgeEvents(
  storage: OperatorStorage,
  members: Commands["purge_events"],
  options?: OperatorOptions,
): Promise<number> {
  return (await run("purge_events", members, storage, options)).purged;
}
