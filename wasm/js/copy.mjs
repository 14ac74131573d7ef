// Puts beside the package what npm would not pack from elsewhere: the licences, and the format without its vectors and their
// schemas. Schemas go without white space, which would be a quarter of them.

import { copyFileSync, cpSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

const REPOSITORY = fileURLToPath(new URL("../../", import.meta.url));
const PACKAGE = fileURLToPath(new URL("./", import.meta.url));
const VECTORS_SCHEMAS = ["vector.json", "expanded-vector.json", "world.json", "pairs.json"];
const VECTORS = "https://github.com/ssokey/ssokey/blob/main/spec/vectors/README.md";

for (const licence of ["LICENSE-APACHE", "LICENSE-MIT"]) copyFileSync(REPOSITORY + licence, PACKAGE + licence);

rmSync(`${PACKAGE}spec`, { recursive: true, force: true });
for (const part of ["README.md", "storage.md", "openapi.yaml", "errors.json", "schemas"]) {
  cpSync(`${REPOSITORY}spec/${part}`, `${PACKAGE}spec/${part}`, { recursive: true });
}
for (const schema of VECTORS_SCHEMAS) rmSync(`${PACKAGE}spec/schemas/${schema}`);
for (const schema of readdirSync(`${PACKAGE}spec/schemas`)) {
  const file = `${PACKAGE}spec/schemas/${schema}`;
  writeFileSync(file, JSON.stringify(JSON.parse(readFileSync(file, "utf8"))));
}

const page = `${PACKAGE}spec/README.md`;
writeFileSync(page, readFileSync(page, "utf8").replaceAll("](vectors/README.md)", `](${VECTORS})`));
