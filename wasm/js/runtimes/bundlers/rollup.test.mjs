// Rollup, also where it is told that no import has an effect of its own.

import assert from "node:assert/strict";
import { rmSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { nodeResolve } from "@rollup/plugin-node-resolve";
import { rollup } from "rollup";
import { runAlone } from "../alone.mjs";
import { EXPECTED } from "../package/sign-ons.mjs";
import { projectWith } from "./project.mjs";

const project = await projectWith();
const OUT = join(project, "out");

/** The conditions, and how many threads hash under them. */
const CONDITIONS = [
  [["node"], 1],
  [["default"], 0],
];
for (const [exportConditions, threads] of CONDITIONS)
  for (const [format, file] of [
    ["esm", "server.mjs"],
    ["cjs", "server.cjs"],
  ])
    for (const moduleSideEffects of [true, false])
      test(`Rollup, ${exportConditions}, ${format}, module side effects: ${moduleSideEffects}`, async () => {
        rmSync(OUT, { recursive: true, force: true });
        const bundle = await rollup({
          input: join(project, "server.js"),
          external: /^node:/,
          plugins: [nodeResolve({ exportConditions })],
          treeshake: { moduleSideEffects: (id) => moduleSideEffects || id.endsWith("server.js") },
        });
        await bundle.write({ format, file: join(OUT, file), inlineDynamicImports: true });
        assert.deepEqual(runAlone(OUT, file), { answers: EXPECTED, threads });
      });
