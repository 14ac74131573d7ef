// The README's recipes for `ssokey/sql`, as modules that the storage kit can open.

import { readFileSync } from "node:fs";

const README = readFileSync(new URL("../../README.md", import.meta.url), "utf8");

/** Returns the example of the README's section of that name. */
export function recipeOf(section) {
  const [, text] = README.split(`\n### ${section}\n`);
  return /^```js\n(.*?)^```/ms.exec(text)[1];
}

/** Returns the recipe as a module that exports `open`, which runs it over a database that `name` opens. */
export function moduleOf(section, { name = ":memory:" } = {}) {
  const lines = recipeOf(section)
    .replace(/"sso(\.db)?"/, JSON.stringify(name))
    .split("\n");
  const isImport = (line) => line.startsWith("import ");
  const imports = lines.filter(isImport);
  const body = lines.filter((line) => !isImport(line));
  return [...imports, "export async function open() {", ...body, "return { executor, storage, db };", "}"].join("\n");
}
