// A company with a key, and its calls.

import { addCompany, issueKey } from "ssokey/operator";

export const SIGN_ON = "http://sso.example/api/sso/authenticate";
export const COMPANY = "it@partner.example";

/** Adds a company to the storage and returns a key of it. */
export async function keyOf(storage) {
  await addCompany(storage, { name: "Partner Ltd", domain: "partner.example", email: COMPANY });
  return (await issueKey(storage, { companyEmail: COMPANY })).ssokey;
}

/** Reads a list to its end. */
export async function all(items) {
  const found = [];
  for await (const item of items) found.push(item);
  return found;
}

/** The fields of the document's call, as a form. */
export const fields = (ssokey, password, more = {}) =>
  new URLSearchParams({ email: "ann@partner.example", password, ssokey, product: "email", ...more });

/** The document's call, by POST. */
export const signOn = (...call) => new Request(SIGN_ON, { method: "POST", body: fields(...call) });
