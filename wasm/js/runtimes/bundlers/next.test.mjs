// Next in its three modes, with both bundlers, in both runtimes.

import assert from "node:assert/strict";
import { rmSync } from "node:fs";
import { after, test } from "node:test";
import { askNext, buildNext, createNext, createNextOf, whileNext } from "../next.mjs";
import { EXPECTED } from "../package/sign-ons.mjs";
import { asking, PAGE, RECIPES, signsOn, storageWithKey } from "./recipes.mjs";

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

const { storage, ssokey } = await storageWithKey();

for (const [runtime, line] of Object.entries({ node: "", edge: /`(export const runtime = .*)`/.exec(PAGE)[1] })) {
  const [[file, text]] = Object.entries(RECIPES.Next);
  const project = await createNextOf({
    [file]: text + line,
    "storage.js": storage,
    "app/api/other/route.js": "export const POST = async (request) => Response.json(await request.json());",
  });
  after(() => rmSync(project, { recursive: true }));
  const asked = async (url) => {
    const ask = asking(url);
    await signsOn(ask, ssokey);
    const other = await ask("/api/other", { method: "POST", body: '{"a":1}' });
    assert.deepEqual(await other.json(), { a: 1 });
  };

  test(`the recipe signs users on in \`next dev\`, runtime ${runtime}`, () => whileNext(project, ["dev"], asked));

  test(`the recipe signs users on after \`next build\`, runtime ${runtime}`, async () => {
    buildNext(project);
    await whileNext(project, ["start"], asked);
  });
}
