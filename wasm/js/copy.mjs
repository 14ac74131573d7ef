// Puts beside the package what npm would not pack from elsewhere: the licences, and the format without its vectors.

import { copyFileSync, cpSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

const REPOSITORY = fileURLToPath(new URL("../../", import.meta.url));
const PACKAGE = fileURLToPath(new URL("./", import.meta.url));
const VECTORS = "https://github.com/ssokey/ssokey/blob/main/spec/vectors/README.md";

for (const licence of ["LICENSE-APACHE", "LICENSE-MIT"]) copyFileSync(REPOSITORY + licence, PACKAGE + licence);

rmSync(`${PACKAGE}spec`, { recursive: true, force: true });
for (const part of ["README.md", "storage.md", "openapi.yaml", "errors.json", "schemas"]) {
  cpSync(`${REPOSITORY}spec/${part}`, `${PACKAGE}spec/${part}`, { recursive: true });
}

const page = `${PACKAGE}spec/README.md`;
writeFileSync(page, readFileSync(page, "utf8").replaceAll("](vectors/README.md)", `](${VECTORS})`));
