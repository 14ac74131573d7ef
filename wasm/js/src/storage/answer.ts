import { hasMethods } from "../core/check.js";
import type { Answerer } from "../core/decide.js";
import { HostFaultError } from "../core/error.js";
import { answerPassword, type PasswordCall, type Passwords } from "../core/passwords.js";
import { SettingsError } from "../core/settings.js";
import type { Call, CallName, Company, Done, Exists, None, Replies } from "../core/wire.js";
import type { Found, OperatorStorage, Storage } from "./contract.js";
import { eventOf, type OnEvent, safely } from "./event.js";
import type { Limits } from "./limit.js";
import { methodOf } from "./operation.js";
import type { Refusals } from "./refusals.js";

/**
 * Told of an error that a client sees only as 500 or 503, or of a stored hash that cannot be read, and of the call that it
 * struck, if any.
 */
export type OnError = (error: unknown, call: CallName | undefined) => unknown;

/** A stored hash that cannot be read: no password matches it. The user's next sign-on replaces it. It tells no value. */
export class UnreadableHashError extends Error {
  override readonly name = "UnreadableHashError";
  readonly companyId: number | null;

  constructor(companyId: number | null) {
    super(`a user of company ${companyId} has a password hash that cannot be read; count such with \`ssokey user hashes\``);
    this.companyId = companyId;
  }
}

/** What answers the calls of a request besides the storage. */
export interface AnswerParts {
  passwords: Passwords;
  /** Takes the events that come with no write. Default: the storage. */
  refusals?: Refusals | undefined;
  onEvent?: OnEvent | undefined;
  /** The limits by which the storage counts attempts. */
  limits?: Limits | undefined;
}

/**
 * Answers the calls of a request: storage calls by `storage`, calls that hash by `passwords`, which a core has as well.
 * It rejects if those do. A reply that does not fit its call is told to `onError` as a {@link HostFaultError}.
 */
export function answerBy(
  storage: Storage,
  { passwords, refusals, onEvent, limits = {} }: AnswerParts,
  onError: OnError,
): Answerer {
  const requestAnswers = requestAnswersBy(limits, refusals);
  const tell = safely(onEvent, onError);
  return async (call, client) => {
    // Not within the `try`: a hash that went wrong is not a failed storage call.
    if (isPasswordCall(call)) {
      const reply = await answerPassword(passwords, call, client);
      if (reply.reply === "unreadable") onError(new UnreadableHashError(call.companyId), call.call);
      return reply;
    }
    const fault = faultIn(call);
    if (fault !== undefined) onError(fault, fault.call);
    // A refusal is one, whatever becomes of its row.
    if (call.call === "audit") tell(call.event);
    try {
      // A request leads to no operator's call; if it did, it would fail here.
      const reply = await answerFrom(requestAnswers, storage, call as Call<RequestCallName>);
      if (call.call !== "audit") tell(eventOf(call, reply));
      return reply;
    } catch (error) {
      onError(error, call.call);
      return { reply: "failed" };
    }
  };
}

/**
 * Answers the calls of an operator's command: those that hash by `passwords`, all others by `storage`. It rejects with
 * whatever they do.
 */
export function answerOperatorBy(storage: OperatorStorage, { passwords }: { passwords: Passwords }): Answerer {
  return async (call, client) => {
    if (isPasswordCall(call)) return answerPassword(passwords, call, client);
    const method = methodOf(call.call);
    if (call.call !== "audit" && !hasMethods(storage, method))
      throw new SettingsError(`the storage has no method \`${method}\`; add it`);
    // A command leads to no other calls.
    return answerFrom(operatorAnswers, storage, call as Call<OperatorCallName>);
  };
}

/** Returns the fault of the host that the call tells of, if it does. */
export function faultIn(call: Call): HostFaultError | undefined {
  return call.call === "audit" && call.event.kind === "host_fault" ? new HostFaultError(call.event.fault) : undefined;
}

type SharedCallName = "find_user" | "create_user" | "audit";

type RequestCallName =
  | SharedCallName
  | "admit"
  | "give_back"
  | "find_key"
  | "find_company"
  | "find_product"
  | "replace_password"
  | "rehash_password"
  | "save_token"
  | "save_code"
  | "find_token"
  | "take_code"
  | "revoke_token";

type OperatorCallName = SharedCallName | Exclude<CallName, RequestCallName | PasswordCall["call"]>;

function isPasswordCall(call: Call): call is PasswordCall {
  return call.call === "verify_password" || call.call === "hash_password";
}

type Answers<Port, Names extends CallName> = {
  [Name in Names]: (storage: Port, call: Call<Name>) => Promise<Replies[Name]>;
};

// Tables with one row for each call; a call that has none does not compile.
const sharedAnswers: Answers<Pick<Storage, "findUser" | "createUser" | "audit">, SharedCallName> = {
  async find_user(storage, { companyId, email }) {
    const user = await storage.findUser(companyId, email);
    return user == null ? NONE : { reply: "user", user };
  },
  async create_user(storage, { user, event }) {
    const created = await storage.createUser(user, event);
    return created === "exists" ? EXISTS : { reply: "created", user: created };
  },
  async audit(storage, { event }) {
    await storage.audit?.(event);
    return DONE;
  },
};

const requestAnswersBy = (limits: Limits, refusals: Refusals | undefined): Answers<Storage, RequestCallName> => ({
  ...sharedAnswers,
  async audit(storage, { event }) {
    await (refusals ? refusals.add(event) : storage.audit?.(event));
    return DONE;
  },
  async admit(storage, { call: _, ...attempt }) {
    const refusal = await storage.admit?.(attempt, limits[attempt.purpose]);
    return refusal == null ? { reply: "admitted" } : { reply: "retry_after", seconds: refusal.retryAfter };
  },
  async give_back(storage, { call: _, ...attempt }) {
    await storage.giveBack?.(attempt, limits[attempt.purpose]);
    return DONE;
  },
  async find_key(storage, { digest }) {
    const found = await storage.findKey(digest);
    return found == null ? NONE : { reply: "key", key: found.key, company: found.company };
  },
  async find_company(storage, { domain }) {
    return companyOrNone(await storage.findCompany(domain));
  },
  async find_product(storage, { name }) {
    const product = await storage.findProduct(name);
    return product == null ? NONE : { reply: "product", product };
  },
  async replace_password(storage, { call: _, ...swap }) {
    const version = await storage.replacePassword(swap);
    return version === "stale" ? { reply: "stale" } : { reply: "replaced", credentialVersion: version };
  },
  async rehash_password(storage, { call: _, ...swap }) {
    return { reply: await storage.rehashPassword(swap) };
  },
  async save_token(storage, { token, event }) {
    await storage.saveToken(token, event);
    return DONE;
  },
  async save_code(storage, { code, event }) {
    await storage.saveCode(code, event);
    return DONE;
  },
  async find_token(storage, { digest }) {
    const found = await storage.findToken(digest);
    return found == null ? NONE : { reply: "token", token: found.token, holder: found.holder };
  },
  async take_code(storage, { digest }) {
    const taken = await storage.takeCode(digest);
    return taken == null ? NONE : { reply: "code", code: taken.code, holder: taken.holder };
  },
  async revoke_token(storage, { digest }) {
    await storage.revokeToken(digest);
    return DONE;
  },
});

const operatorAnswers: Answers<OperatorStorage, OperatorCallName> = {
  ...sharedAnswers,
  async find_company_by_email(storage, { email }) {
    return companyOrNone(await storage.findCompanyByEmail(email));
  },
  async create_company(storage, { company, event }) {
    const created = await storage.createCompany(company, event);
    return created === "exists" ? EXISTS : { reply: "company", company: created };
  },
  async list_companies(storage, { after, limit }) {
    return { reply: "companies", companies: await storage.listCompanies(after, limit) };
  },
  async set_company_status(storage, { companyId, status, event }) {
    return doneIf(await storage.setCompanyStatus(companyId, status, event));
  },
  async set_company(storage, { call: _, companyId, event, ...members }) {
    return doneIf(await storage.setCompany(companyId, members, event));
  },
  async save_key(storage, { key, event }) {
    return { reply: "saved_key", keyId: await storage.saveKey(key, event) };
  },
  async rotate_key(storage, { call: _, event, ...rotation }) {
    const keyId = await storage.rotateKey(rotation, event);
    return keyId == null ? NONE : { reply: "saved_key", keyId };
  },
  async list_keys(storage, { companyId, after, limit }) {
    return { reply: "keys", keys: await storage.listKeys(companyId, after, limit) };
  },
  async set_key_status(storage, { companyId, keyId, status, event }) {
    return doneIf(await storage.setKeyStatus(companyId, keyId, status, event));
  },
  async end_key(storage, { call: _, event, ...ending }) {
    const count = await storage.endKey(ending, event);
    return count == null ? NONE : { reply: "ended", count };
  },
  async sign_out(storage, { companyId, userId, event }) {
    return doneIf(await storage.signOut(companyId, userId, event));
  },
  async delete_company(storage, { companyId, event }) {
    return doneIf(await storage.deleteCompany(companyId, event));
  },
  async list_users(storage, { companyId, after, limit }) {
    return { reply: "users", users: await storage.listUsers(companyId, after, limit) };
  },
  async set_user_status(storage, { companyId, userId, status, event }) {
    return doneIf(await storage.setUserStatus(companyId, userId, status, event));
  },
  async set_user_manager(storage, { companyId, userId, managedBy, event }) {
    return doneIf(await storage.setUserManager(companyId, userId, managedBy, event));
  },
  async set_user(storage, { call: _, companyId, userId, event, ...members }) {
    return doneIf(await storage.setUser(companyId, userId, members, event));
  },
  async set_user_email(storage, { companyId, userId, email, event }) {
    return { reply: await storage.setUserEmail(companyId, userId, email, event) };
  },
  async delete_user(storage, { companyId, userId, event }) {
    return doneIf(await storage.deleteUser(companyId, userId, event));
  },
  async disable_password(storage, { call: _, event, ...disabling }) {
    return { reply: await storage.disablePassword(disabling, event) };
  },
  async list_products(storage) {
    return { reply: "products", products: await storage.listProducts() };
  },
  async save_product(storage, { call: _, event, ...product }) {
    return { reply: await storage.saveProduct(product, event) };
  },
  async rotate_product(storage, { call: _, event, ...rotation }) {
    return doneIf(await storage.rotateProduct(rotation, event));
  },
  async list_events(storage, { call: _, after, limit, ...filter }) {
    return { reply: "events", events: await storage.listEvents(filter, after, limit) };
  },
  async purge_events(storage, { before, event }) {
    return { reply: "purged", count: await storage.purgeEvents(before, event) };
  },
  async purge(storage, { now }) {
    return { reply: "purged", count: await storage.purge(now) };
  },
};

const DONE: Done = { reply: "done" };
const NONE: None = { reply: "none" };
const EXISTS: Exists = { reply: "exists" };

function doneIf(isDone: boolean): Done | None {
  return isDone ? DONE : NONE;
}

function companyOrNone(company: Found<Company>): Replies["find_company"] {
  return company == null ? NONE : { reply: "company", company };
}

function answerFrom<Port, Name extends CallName>(
  answers: Answers<Port, Name>,
  storage: Port,
  call: Call<Name>,
): Promise<Replies[Name]> {
  const answer: Answers<Port, Name>[Name] = answers[call.call];
  return answer(storage, call);
}
