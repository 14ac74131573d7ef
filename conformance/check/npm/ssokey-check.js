#!/usr/bin/env node
// Runs the program, which stands in a package of its own for each platform: npm installs the one that fits.

import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";

const WRONG_USAGE = 2;
const { optionalDependencies } = JSON.parse(readFileSync(new URL("package.json", import.meta.url), "utf8"));
const isWindows = process.platform === "win32";
const name = `@ssokey/check-${process.platform}-${process.arch}`;
const version = optionalDependencies[name];

/** The path of the program, or nothing if its package is not there. */
function find() {
  try {
    return createRequire(import.meta.url).resolve(`${name}/ssokey-check${isWindows ? ".exe" : ""}`);
  } catch {
    return undefined;
  }
}

function refuse(why, advice) {
  console.error(`error: ${why}\n\n  ${advice}`);
  process.exitCode = WRONG_USAGE;
}

function run(program) {
  const child = spawn(program, process.argv.slice(2), { stdio: "inherit" });
  // A console of Windows interrupts both; elsewhere whoever ends this process means the program.
  for (const signal of ["SIGHUP", "SIGINT", "SIGTERM"]) process.on(signal, () => isWindows || child.kill(signal));
  child.on("error", ({ code }) => {
    refuse(`\`${program}\` cannot be run (${code})`, `see whether it may be executed, or install \`${name}@${version}\` again`);
  });
  child.on("exit", (code, signal) => {
    if (signal === null) process.exit(code);
    process.removeAllListeners(signal);
    process.kill(process.pid, signal);
  });
}

const program = find();
if (version === undefined) {
  const known = Object.keys(optionalDependencies).map((known) => known.replace("@ssokey/check-", ""));
  refuse(
    `there is no build of ssokey-check for ${process.platform}-${process.arch}, only for ${known.join(", ")}`,
    "build it with Rust: `cargo install ssokey-check`",
  );
} else if (program === undefined) {
  refuse(
    `the package \`${name}\`, which has the program for this platform, is not installed`,
    `npm leaves it out with --omit=optional, and with a node_modules of a different platform: run \`npm install ${name}@${version}\``,
  );
} else run(program);
