#!/usr/bin/env node
// Nothing is imported before the version is known: an older Node stumbles over what is, in words of its own.
const OLDEST = 20;

if (Number.parseInt(process.versions.node, 10) < OLDEST) {
  process.stderr.write(`error: this is Node ${process.versions.node}; ssokey needs Node ${OLDEST} or later\n`);
  process.exitCode = 1;
} else {
  void import("../cli/main.js").then(({ start }) => start());
}
