// Next in its three modes, with both bundlers, in both runtimes.

import assert from "node:assert/strict";
import { rmSync } from "node:fs";
import { after, test } from "node:test";
import { askNext, buildNext, createNext } from "../next.mjs";
import { EXPECTED } from "../package/sign-ons.mjs";

const project = await createNext();
after(() => rmSync(project, { recursive: true }));
const BOTH = { edge: EXPECTED, node: EXPECTED };

for (const bundler of ["--turbopack", "--webpack"]) {
  test(`\`next dev ${bundler}\` signs users on in both runtimes`, async () => {
    assert.deepEqual(await askNext(project, ["dev", bundler], ["edge", "node"]), BOTH);
  });

  test(`\`next build ${bundler}\` and \`next start\` sign users on in both runtimes`, async () => {
    buildNext(project, bundler);
    assert.deepEqual(await askNext(project, ["start"], ["edge", "node"]), BOTH);
  });
}
