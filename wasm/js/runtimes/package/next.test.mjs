// Next, which runs its edge runtime in a realm of its own.

import assert from "node:assert/strict";
import { rmSync } from "node:fs";
import { test } from "node:test";
import { askNext, createNext } from "../next.mjs";
import { EXPECTED } from "./sign-ons.mjs";

test("`next dev` signs users on in the edge runtime", async (context) => {
  const project = await createNext("edge");
  context.after(() => rmSync(project, { recursive: true }));
  assert.deepEqual(await askNext(project, ["dev"], ["edge"]), { edge: EXPECTED });
});
