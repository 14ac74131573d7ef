// The credentials that a server is judged with: the keys of two companies, and the secrets of two products.

import { execFile } from "node:child_process";
import { promisify } from "node:util";

const run = promisify(execFile);

export const PARTNERS = [
  { name: "Partner Ltd", domain: "partner.example", email: "it@partner.example" },
  { name: "Other Ltd", domain: "other.example", email: "it@other.example" },
];
export const PRODUCTS = [
  { name: "livechat", launchUrl: "https://chat.example/enter" },
  { name: "email", launchUrl: "https://mail.example/enter" },
];

/** Issues them by the command line `cli`, in the database, which is taken from the directory. */
export async function issue(cli, database, directory) {
  const issued = async (...args) => {
    const { stdout } = await run(process.execPath, [cli, ...args, "--db", database], { cwd: directory });
    return stdout.trim();
  };
  const keys = [];
  for (const { name, domain, email } of PARTNERS) {
    await issued("company", "add", "--name", name, "--domain", domain, "--email", email);
    keys.push(await issued("key", "issue", "--email", email));
  }
  const secrets = [];
  for (const { name, launchUrl } of PRODUCTS) {
    secrets.push(await issued("product", "set", "--name", name, "--launch-url", launchUrl));
  }
  return named(keys, secrets);
}

export const named = ([ssokey, secondSsokey], [secret, secondSecret]) => ({ ssokey, secondSsokey, secret, secondSecret });
