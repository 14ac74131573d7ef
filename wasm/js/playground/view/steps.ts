import type { CallName } from "../../entries/browser.js";
import { isHashing, type Step } from "../trace.js";
import { element } from "./element.js";
import { titledJson } from "./json.js";

type About = readonly [kind: "read" | "write" | "hash" | "limit", sentence: string];

const ABOUT: Partial<Record<CallName, About>> = {
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
};

/** Tells a call that only commands make: its name says what it does. */
function ofOperator(name: string): About {
  const words = name.replaceAll("_", " ");
  return [/^(find|list)_/.test(name) ? "read" : "write", `For the operator: ${words}`];
}

/** The calls of a decision; each opens to its JSON. */
export function stepItems(steps: readonly Step[]): HTMLLIElement[] {
  return steps.map(({ call, reply, milliseconds }) => {
    const [kind, sentence] = ABOUT[call.call] ?? ofOperator(call.call);
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
