import { hasMethods } from "../core/check.js";
import type { Answerer } from "../core/decide.js";
import { answerPassword, type PasswordCall, type Passwords } from "../core/passwords.js";
import { SettingsError } from "../core/settings.js";
import type { Call, CallName, Done, None } from "../core/wire.js";
import type { RequestCallName } from "./answer.js";
import type { OperatorStorage } from "./contract.js";
import { methodOf } from "./operation.js";
import {
  type Answers,
  answerFrom,
  companyOrNone,
  DONE,
  EXISTS,
  isPasswordCall,
  NONE,
  type SharedCallName,
  sharedAnswers,
} from "./shared-answer.js";

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

type OperatorCallName = SharedCallName | Exclude<CallName, RequestCallName | PasswordCall["call"]>;

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

function doneIf(isDone: boolean): Done | None {
  return isDone ? DONE : NONE;
}
