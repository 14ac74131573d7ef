// Jest, which gives what it tests modules and a realm of its own, as the package's README says.

import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { promisify } from "node:util";
import { NODE, NODE_24 } from "../programs.mjs";
import { PACKAGE } from "../project.mjs";
import { env, installed, projectWith } from "./project.mjs";

const caseBy = (load) => `
  test("signs users on", async () => {
    const { signOns, EXPECTED } = await ${load}("./sign-ons.mjs");
    const packages = await Promise.all([${load}("ssokey"), ${load}("ssokey/operator"), ${load}("ssokey/memory")]);
    expect(await signOns(...packages)).toEqual(EXPECTED);
  }, 60_000);`;

const [, SECTION] = readFileSync(join(PACKAGE, "README.md"), "utf8").split("\n### Jest\n");
const [, CONFIG] = /```js\n(.*?)\n```/ms.exec(SECTION);
const project = await projectWith({
  "package.json": JSON.stringify({ name: "jest", private: true, type: "commonjs" }),
  "import.test.js": caseBy("import"),
  "require.test.js": caseBy("require"),
  "none.config.js": "module.exports = {};",
  "transforming.config.mjs": CONFIG,
});
const FLAG = { NODE_OPTIONS: "--experimental-vm-modules" };

/** Runs Jest by this configuration over this test. */
async function jest(config, file, variables = {}, node = NODE) {
  const args = [installed("jest/bin/jest.js"), "--config", config, file];
  await promisify(execFile)(node.command, args, { cwd: project, env: { ...env, ...variables } });
}

test("Jest imports the package, where Node lets it make modules", () => jest("none.config.js", "import.test.js", FLAG));

test("Jest requires the package, where Node lets it make modules and has them at once", () =>
  jest("none.config.js", "require.test.js", FLAG, NODE_24));

test("Jest requires the package, where Babel makes CommonJS of it", () => jest("transforming.config.mjs", "require.test.js"));
