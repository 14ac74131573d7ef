// A company with a key, and its calls.

import { addCompany, issueKey } from "ssokey";

export const SIGN_ON = "http://sso.example/api/sso/authenticate";

/** Adds a company to the storage and returns a key of it. */
export async function keyOf(storage) {
  const email = "it@partner.example";
  await addCompany(storage, { name: "Partner Ltd", domain: "partner.example", email });
  return (await issueKey(storage, email)).ssokey;
}

/** The fields of the document's call, as a form. */
export const fields = (ssokey, password, more = {}) =>
  new URLSearchParams({ email: "ann@partner.example", password, ssokey, product: "email", ...more });

/** The document's call, by POST. */
export const signOn = (...call) => new Request(SIGN_ON, { method: "POST", body: fields(...call) });
