import type { Token, User } from "../../entries/browser.js";
import type { World } from "../world.js";
import { element, foldable } from "./element.js";
import { json } from "./json.js";

const HEAD = 12;

/** Returns a view of the records that a world's storage holds now. */
export function recordsOf({ storage, now }: World): Node[] {
  const contents = storage.dump();
  const { users, tokens, codes } = contents;
  return [
    list("Users", users.map(userLine)),
    list(
      "Tokens",
      tokens.map((token) => tokenLine(token, users, now())),
    ),
    list(
      "Codes",
      codes.map((code) => tokenLine(code, users, now())),
    ),
    foldable("Everything, as JSON", json(contents)),
  ];
}

function list(title: string, lines: HTMLLIElement[]): HTMLElement {
  const rows = lines.length === 0 ? element("p", { class: "muted" }, "None.") : element("ul", {}, ...lines);
  return element("div", {}, element("h3", {}, `${title} (${lines.length})`), rows);
}

function userLine({ id, companyId, email, credentialVersion, status, managedBy }: User): HTMLLIElement {
  const facts = `user ${id} of company ${companyId}, credential version ${credentialVersion}, ${status}, managed by ${managedBy}`;
  return element("li", {}, element("strong", {}, email), ` ${facts}`);
}

function tokenLine(token: Token, users: readonly User[], now: number): HTMLLIElement {
  const { digest, userId, companyId, credentialVersion, product, expiresAt } = token;
  const user = users.find(({ id, companyId: company }) => id === userId && company === companyId);
  const isCurrent = user?.credentialVersion === credentialVersion;
  const state = expiresAt <= now ? "expired" : isCurrent ? "current" : "outdated";
  const facts = ` user ${userId}, credential version ${credentialVersion}, ${product ?? "no product"} `;
  const chip = element("span", { class: `chip ${state}` }, state);
  return element("li", {}, element("code", {}, `${digest.slice(0, HEAD)}…`), facts, chip);
}
