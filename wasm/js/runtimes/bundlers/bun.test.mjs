// Bun, which makes one executable of a program and itself.

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { runAlone } from "../alone.mjs";
import { EXPECTED } from "../package/sign-ons.mjs";
import { BUN } from "../programs.mjs";
import { env, projectWith } from "./project.mjs";

const project = await projectWith();
const OUT = join(project, "out");
mkdirSync(OUT);

for (const options of [[], ["--minify", "--bytecode", "--format=cjs"]])
  test(`\`bun build --compile ${options.join(" ")}\` makes a program that signs users on`, () => {
    const args = ["build", "--compile", ...options, "server.js", "--outfile", join(OUT, "server")];
    execFileSync(BUN.command, args, { cwd: project, env, stdio: "pipe" });
    const { answers } = runAlone(OUT, [], { command: join(OUT, "server"), options: [] });
    assert.deepEqual(answers, EXPECTED);
  });
