#!/usr/bin/env node
// Packs the package, installs it into an empty project, starts each server from it, and has `ssokey-check` judge that.
//
//   node run.mjs --check PATH_TO_ssokey-check             all servers
//   node run.mjs --check PATH_TO_ssokey-check deno bun    some of them

import { copyFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { createProject } from "../project.mjs";
import { judge } from "./judge.mjs";
import { servers } from "./servers.mjs";

async function main() {
  const { values, positionals: names } = parseArgs({ options: { check: { type: "string" } }, allowPositionals: true });
  if (values.check === undefined) throw new Error("usage: run.mjs --check PATH_TO_ssokey-check [SERVER …]");
  const unknown = names.filter((name) => !servers.some((server) => server.name === name));
  if (unknown.length > 0) {
    const known = [...new Set(servers.map(({ name }) => name))].join(", ");
    console.error(`no such server: ${unknown.join(", ")}; there are ${known}`);
    return 2;
  }
  const chosen = servers.filter(({ name }) => names.length === 0 || names.includes(name));
  const project = await createProject("@libsql/client", "pg", "mysql2");
  try {
    for (const file of ["fetch.mjs", "worker.mjs"]) copyFileSync(new URL(file, import.meta.url), join(project, file));
    console.log(line("server", "storage", "verdict", "passed", "failed", "not run", "requests", "seconds"));
    const rows = [];
    for (const server of chosen) {
      const row = await rowOf(server, project, values.check);
      console.log(textOf(row));
      rows.push(row);
    }
    return report(rows);
  } finally {
    rmSync(project, { recursive: true });
  }
}

async function rowOf({ name, storage, start, meets }, project, check) {
  const begun = Date.now();
  const seconds = () => (Date.now() - begun) / 1000;
  try {
    const { url, credentials, stop } = await start(project);
    try {
      const judged = await judge(check, project, url, credentials);
      return { name, storage, ...judged, isExpected: isExpected(judged, meets), seconds: seconds() };
    } finally {
      await stop();
    }
  } catch (error) {
    return { name, storage, verdict: "none", checks: [], requests: 0, seconds: seconds(), broken: error };
  }
}

/** Returns whether a server conforms, or conforms but for the checks that could not run because of what they met. */
function isExpected({ verdict, checks }, meets) {
  if (meets === undefined) return verdict === "conformant";
  const notRun = checks.filter(by("could_not_run"));
  return verdict === "incomplete" && notRun.length > 0 && notRun.every(({ reason }) => meets.test(reason));
}

/** Returns the line of a server, for as soon as it is judged: all of them take many minutes. */
function textOf({ name, storage, verdict, checks, requests, seconds }) {
  const counts = ["passed", "failed", "could_not_run"].map((outcome) => checks.filter(by(outcome)).length);
  return line(name, storage, verdict.toUpperCase().replace("_", " "), ...counts, requests, seconds.toFixed(1));
}

/** Prints whatever did not pass. Returns the exit code. */
function report(rows) {
  for (const { name, storage, checks, broken } of rows) {
    if (broken !== undefined) console.log(`\n${name}, ${storage}: ${broken.stack}`);
    for (const check of checks) {
      if (!by("passed")(check)) console.log(`\n${name}, ${storage}: ${JSON.stringify(check, undefined, 2)}`);
    }
  }
  const passed = rows.filter(({ isExpected }) => isExpected).length;
  console.log(`\n${passed} passed, ${rows.length - passed} failed`);
  return passed === rows.length && passed > 0 ? 0 : 1;
}

const by = (outcome) => (check) => check.outcome === outcome;

function line(server, storage, verdict, ...cells) {
  return server.padEnd(8) + storage.padEnd(12) + verdict.padEnd(16) + cells.map((cell) => String(cell).padStart(9)).join("");
}

process.exitCode = await main();
