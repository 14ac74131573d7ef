// The requests to the package wherever it is bundled or required. It imports nothing: the package is handed in.

export const EXPECTED = {
  created: 200,
  matched: 200,
  tokenAfterMatch: 200,
  replaced: 200,
  tokenAfterReplacement: 401,
  sameUser: true,
  refused: "invalid_ssokey",
};

/** The package's handler, over a company whose key was issued by its operator's functions, asked by the three rules. */
export async function signOns({ createHandler }, { addCompany, issueKey }, { memoryStorage }) {
  const storage = memoryStorage();
  const { email } = await addCompany(storage, { name: "Partner Ltd", domain: "partner.example", email: "it@partner.example" });
  const { ssokey } = await issueKey(storage, { companyEmail: email });
  const handler = await createHandler({ storage });
  return byAllRules((path, options) => handler(new Request(`https://sso.example${path}`, options)), ssokey);
}

/**
 * The three rules in their order, what each does to the first token, and a key that nobody issued. `ask` takes what `fetch`
 * does.
 */
export async function byAllRules(ask, ssokey) {
  const signOn = async (password, key = ssokey) => {
    const body = new URLSearchParams({ email: "ann@partner.example", password, ssokey: key, product: "email" });
    return (await ask("/api/sso/authenticate", { method: "POST", body })).json();
  };
  const created = await signOn("first");
  const headers = { authorization: `Bearer ${created.return.token}` };
  const session = async () => (await ask("/api/session", { headers })).status;
  const matched = await signOn("first");
  const tokenAfterMatch = await session();
  const replaced = await signOn("second");
  const refused = await signOn("second", "a key that nobody ever issued");
  return {
    created: created.status_code,
    matched: matched.status_code,
    tokenAfterMatch,
    replaced: replaced.status_code,
    tokenAfterReplacement: await session(),
    sameUser: [matched, replaced].every((answer) => answer.return.userId === created.return.userId),
    refused: refused.error.name,
  };
}
