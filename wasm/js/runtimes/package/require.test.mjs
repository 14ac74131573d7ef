// CommonJS takes the package by `require`, which refuses a module that awaits at its top.

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { copyFileSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, test } from "node:test";
import { NODE, NODE_24 } from "../programs.mjs";
import { createProject, PACKAGE } from "../project.mjs";
import { EXPECTED } from "./sign-ons.mjs";

const project = await createProject();
after(() => rmSync(project, { recursive: true }));

const { exports } = JSON.parse(readFileSync(join(PACKAGE, "package.json"), "utf8"));
const entries = Object.keys(exports)
  .filter((entry) => !/\.(wasm|yaml)$/.test(entry))
  .map((entry) => join("ssokey", entry));

copyFileSync(new URL("sign-ons.mjs", import.meta.url), join(project, "sign-ons.mjs"));
writeFileSync(
  join(project, "required.cjs"),
  `const exported = ${JSON.stringify(entries)}.map((entry) => Object.keys(require(entry)).length);
   const answers = require("./sign-ons.mjs").signOns(require("ssokey"), require("ssokey/operator"), require("ssokey/memory"));
   answers.then((answers) => console.log(JSON.stringify({ exported, answers })));`,
);

for (const [name, { command }] of Object.entries({ "the oldest Node": NODE, "Node 24": NODE_24 }))
  test(`${name} requires every entry, and signs users on by it`, () => {
    const { exported, answers } = JSON.parse(execFileSync(command, ["required.cjs"], { cwd: project, encoding: "utf8" }));
    assert.equal(exported.length, entries.length);
    assert.ok(exported.every((count) => count > 0));
    assert.deepEqual(answers, EXPECTED);
  });
