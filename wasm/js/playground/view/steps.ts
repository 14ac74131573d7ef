import type { CallName } from "../../entries/browser.js";
import { isHashing, type Step } from "../trace.js";
import { element } from "./element.js";
import { titledJson } from "./json.js";

const ABOUT: Record<CallName, [kind: "read" | "write" | "hash" | "limit", sentence: string]> = {
  admit: ["limit", "May this attempt be made?"],
  find_key: ["read", "Whose key is it?"],
  find_user: ["read", "Does the company have this user?"],
  find_company: ["read", "Which company is meant?"],
  find_product: ["read", "Where are its users launched to?"],
  verify_password: ["hash", "Does the password match the stored hash?"],
  hash_password: ["hash", "The hash of the password, to be stored"],
  create_user: ["write", "Store the user, unless there is one by now"],
  replace_password: ["write", "Store the hash, if nobody else was quicker"],
  rehash_password: ["write", "Store the same password, hashed as is done today"],
  save_token: ["write", "Store the digest of the new token"],
  save_code: ["write", "Store the digest of the new code"],
  find_token: ["read", "Whose token is it?"],
  take_code: ["write", "Whose code is it? It is spent with this"],
  revoke_token: ["write", "End the token"],
  audit: ["write", "Record what happened"],
  find_company_by_email: ["read", "Which company is meant?"],
  create_company: ["write", "Store the company, unless its domain or e-mail is taken"],
  list_companies: ["read", "Which companies are there?"],
  set_company_status: ["write", "Change the company, and end its users' tokens where it is disabled"],
  save_key: ["write", "Store the digest of the new key"],
  rotate_key: ["write", "Store the digest of the new key in the place of the old one"],
  list_keys: ["read", "Which keys does the company have?"],
  set_key_status: ["write", "Change the key, unless it is revoked"],
  list_users: ["read", "Which users does the company have?"],
  set_user_status: ["write", "Change the user, and end the tokens of one who is disabled"],
  set_user_manager: ["write", "Change who manages the user, and end the user's tokens"],
  save_product: ["write", "Store the launch URL and the digest of the new secret"],
  purge: ["write", "Delete the tokens and codes that have expired"],
};

/** The calls of a decision; each opens to its JSON. */
export function stepItems(steps: readonly Step[]): HTMLLIElement[] {
  return steps.map(({ call, reply, milliseconds }) => {
    const [kind, sentence] = ABOUT[call.call];
    const time = isHashing(call) ? [element("span", { class: "time" }, `${milliseconds.toFixed(0)} ms`)] : [];
    const summary = element(
      "summary",
      {},
      element("code", {}, call.call),
      element("span", { class: "arrow" }, " → "),
      element("code", { class: "reply" }, reply.reply),
      " ",
      element("span", { class: "about" }, sentence),
      ...time,
    );
    const both = element("div", { class: "pair" }, titledJson("Call", call), titledJson("Reply", reply));
    return element("li", { "data-kind": kind }, element("details", {}, summary, both));
  });
}
