// Test runners, which run what they test in a realm of their own, or give it modules of their own.

import { test } from "node:test";
import { ASK, projectWith, run } from "./project.mjs";

const CASE = (ask) => `test("signs users on", async () => expect(await (${ask})()).toEqual(EXPECTED), 60_000);`;
const project = await projectWith({
  "inline.config.js": `export default { test: { server: { deps: { inline: ["ssokey"] } } } };`,
  "vitest.test.js": `import { expect, test } from "vitest"; import { EXPECTED } from "./sign-ons.mjs"; ${ASK("./sign-ons.mjs")} ${CASE("ask")}`,
});

for (const pool of ["threads", "forks", "vmThreads", "vmForks"])
  test(`Vitest signs users on, in the pool ${pool}`, () => run(project, "vitest/vitest.mjs", "run", "--pool", pool));

test("Vitest signs users on with the package given by Vite", () =>
  run(project, "vitest/vitest.mjs", "run", "--config", "inline.config.js"));
