// Next in its three modes, with both bundlers, in both runtimes.

import assert from "node:assert/strict";
import { rmSync } from "node:fs";
import { after, test } from "node:test";
import { askNext, buildNext, createNext } from "../next.mjs";
import { EXPECTED } from "../package/sign-ons.mjs";

const PATHS = { "--turbopack": ["edge", "api/edge", "node"], "--webpack": ["api/edge", "node"] };

for (const [bundler, paths] of Object.entries(PATHS)) {
  const project = await createNext(...paths);
  after(() => rmSync(project, { recursive: true }));
  const expected = Object.fromEntries(paths.map((path) => [path, EXPECTED]));

  test(`\`next dev ${bundler}\` signs users on in both runtimes`, async () => {
    assert.deepEqual(await askNext(project, ["dev", bundler], paths), expected);
  });

  test(`\`next build ${bundler}\` and \`next start\` sign users on in both runtimes`, async () => {
    buildNext(project, bundler);
    assert.deepEqual(await askNext(project, ["start"], paths), expected);
  });
}
