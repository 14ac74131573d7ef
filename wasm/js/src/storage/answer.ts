import type { Answerer } from "../core/decide.js";
import { answerPassword, type PasswordCall, type Passwords } from "../core/passwords.js";
import type { Call, CallName, Done, None, Replies } from "../core/wire.js";
import type { OperatorStorage, Storage } from "./contract.js";

/** Told of an error that a client sees only as 500 or 503, and of the call that it struck, if any. */
export type OnError = (error: unknown, call: CallName | undefined) => void;

/**
 * Answers the calls of a request: storage calls by `storage`, calls that hash by `passwords`, which a core has as well.
 * It rejects if those do.
 */
export function answerBy(storage: Storage, { passwords }: { passwords: Passwords }, onError: OnError): Answerer {
  return async (call) => {
    // Not within the `try`: a hash that went wrong is no failed storage call.
    if (isPasswordCall(call)) return answerPassword(passwords, call);
    try {
      // A request leads to no operator's call; if it did, it would fail here.
      return await answerFrom(requestAnswers, storage, call as Call<RequestCallName>);
    } catch (error) {
      onError(error, call.call);
      return { reply: "failed" };
    }
  };
}

/** Answers the calls of an operator's command. It rejects with whatever the storage threw. */
export function answerOperatorBy(storage: OperatorStorage): Answerer {
  // And a command leads to nothing else.
  return async (call) => answerFrom(operatorAnswers, storage, call as Call<OperatorCallName>);
}

type OperatorCallName = "find_company_by_email" | "save_key" | "list_keys" | "set_key_status" | "audit";
type RequestCallName = Exclude<CallName, PasswordCall["call"] | OperatorCallName> | "audit";

function isPasswordCall(call: Call): call is PasswordCall {
  return call.call === "verify_password" || call.call === "hash_password";
}

type Answers<Port, Names extends CallName> = {
  [Name in Names]: (storage: Port, call: Call<Name>) => Promise<Replies[Name]>;
};

// Two tables with one row for each call; a call that has none does not compile. A host that answers `null` for an absent
// record, as many drivers do, means `undefined`.
const requestAnswers: Answers<Storage, RequestCallName> = {
  async admit(storage, { purpose, source, subject }) {
    const refusal = await storage.admit?.({ purpose, source, subject });
    return refusal == null ? { reply: "admitted" } : { reply: "retry_after", seconds: refusal.retryAfter };
  },
  async find_key(storage, { digest }) {
    const found = await storage.findKey(digest);
    return found == null ? NONE : { reply: "key", key: found.key, company: found.company };
  },
  async find_user(storage, { companyId, email }) {
    const user = await storage.findUser(companyId, email);
    return user == null ? NONE : { reply: "user", user };
  },
  async find_company(storage, { domain }) {
    const company = await storage.findCompany(domain);
    return company == null ? NONE : { reply: "company", company };
  },
  async find_product(storage, { name }) {
    const product = await storage.findProduct(name);
    return product == null ? NONE : { reply: "product", product };
  },
  async create_user(storage, { user }) {
    const created = await storage.createUser(user);
    return created === "exists" ? { reply: "exists" } : { reply: "created", user: created };
  },
  async replace_password(storage, { call: _, ...swap }) {
    const version = await storage.replacePassword(swap);
    return version === "stale" ? { reply: "stale" } : { reply: "replaced", credentialVersion: version };
  },
  async rehash_password(storage, { call: _, ...swap }) {
    return { reply: await storage.rehashPassword(swap) };
  },
  async save_token(storage, { token }) {
    await storage.saveToken(token);
    return DONE;
  },
  async save_code(storage, { code }) {
    await storage.saveCode(code);
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
  audit,
};

const operatorAnswers: Answers<OperatorStorage, OperatorCallName> = {
  async find_company_by_email(storage, { email }) {
    const company = await storage.findCompanyByEmail(email);
    return company == null ? NONE : { reply: "company", company };
  },
  async save_key(storage, { key }) {
    return { reply: "saved_key", keyId: await storage.saveKey(key) };
  },
  async list_keys(storage, { companyId }) {
    return { reply: "keys", keys: await storage.listKeys(companyId) };
  },
  async set_key_status(storage, { companyId, keyId, status }) {
    return (await storage.setKeyStatus(companyId, keyId, status)) ? DONE : NONE;
  },
  audit,
};

const DONE: Done = { reply: "done" };
const NONE: None = { reply: "none" };

async function audit(storage: Pick<Storage, "audit">, { event }: Call<"audit">): Promise<Done> {
  await storage.audit?.(event);
  return DONE;
}

function answerFrom<Port, Name extends CallName>(
  answers: Answers<Port, Name>,
  storage: Port,
  call: Call<Name>,
): Promise<Replies[Name]> {
  const answer: Answers<Port, Name>[Name] = answers[call.call];
  return answer(storage, call);
}
