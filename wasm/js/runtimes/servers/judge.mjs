// What `ssokey-check` says of a server.

import { spawn } from "node:child_process";
import { once } from "node:events";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { text } from "node:stream/consumers";

/** The report of `ssokey-check` on a server. The credentials are kept in files of the directory: it gets the credentials where no list of processes shows them. */
export async function judge(check, directory, url, { ssokey, secondSsokey, secret, secondSecret }) {
  const fileOf = (name, content) => {
    const file = join(directory, name);
    writeFileSync(file, content, { mode: 0o600 });
    return file;
  };
  const files = [
    "--second-ssokey-file",
    fileOf("second.key", secondSsokey),
    "--product-secret-file",
    fileOf("product.secret", secret),
    "--second-product",
    "email",
    "--second-product-secret-file",
    fileOf("second-product.secret", secondSecret),
  ];
  const env = { ...process.env, SSOKEY_CHECK_KEY: ssokey };
  const child = spawn(check, ["run", url, "--jobs", "2", ...files, "--report", "json"], {
    env,
    stdio: ["ignore", "pipe", "pipe"],
  });
  const [stdout, stderr, [code]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, "close")]);
  if (stdout === "") throw new Error(`ssokey-check ended with ${code}: ${stderr}`);
  return JSON.parse(stdout);
}
