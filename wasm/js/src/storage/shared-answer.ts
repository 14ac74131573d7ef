// What the answers to the calls of a request and of an operator's command share.

import type { PasswordCall } from "../core/passwords.js";
import type { Call, CallName, Company, Done, Exists, None, Replies } from "../core/wire.js";
import type { Found, Storage } from "./contract.js";

/** A table with one row for each call; a call that has none does not compile. */
export type Answers<Port, Names extends CallName> = {
  [Name in Names]: (storage: Port, call: Call<Name>) => Promise<Replies[Name]>;
};

export type SharedCallName = "find_user" | "create_user" | "audit";

export const DONE: Done = { reply: "done" };
export const NONE: None = { reply: "none" };
export const EXISTS: Exists = { reply: "exists" };

export const sharedAnswers: Answers<Pick<Storage, "findUser" | "createUser" | "audit">, SharedCallName> = {
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

export function isPasswordCall(call: Call): call is PasswordCall {
  return call.call === "verify_password" || call.call === "hash_password";
}

export function companyOrNone(company: Found<Company>): Replies["find_company"] {
  return company == null ? NONE : { reply: "company", company };
}

export function answerFrom<Port, Name extends CallName>(
  answers: Answers<Port, Name>,
  storage: Port,
  call: Call<Name>,
): Promise<Replies[Name]> {
  const answer: Answers<Port, Name>[Name] = answers[call.call];
  return answer(storage, call);
}
