#!/usr/bin/env node
// Packs the package, installs it into an empty project, and runs the spec's vectors through it in each runtime.
//
//   node run.mjs                 all runtimes
//   node run.mjs deno workerd    some of them

import { copyFileSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { readVectors } from "../vectors/read.mjs";
import { createProject, PACKAGE } from "./project.mjs";
import { runtimes } from "./runtimes.mjs";

const HERE = fileURLToPath(new URL(".", import.meta.url));
/** The files that run in the runtimes, beside the package. */
const IN_PROJECT = ["vector.mjs", "runner.mjs", "pool.mjs", "process.mjs", "worker.mjs"];
const FACES = ["raw", "handler"];
/**
 * Bodies of GET and HEAD, and bytes in a URL, that a `Request` refuses, of which Bun's takes some; and two empty headers, of
 * which Deno's makes one. A different vector that is not carried is a failure.
 */
const REFUSED_BY_REQUEST = [
  "authorization-session-both-empty",
  "encoding-get-body",
  "exchange-get",
  "exchange-head",
  "request-get-body",
  "request-get-body-too-large",
  "request-malformed-raw-byte",
  "request-raw-utf8",
];

/** The answer of the README's examples to a sign-on that brings an e-mail address and nothing else. */
const REFUSAL =
  '{"error":{"code":4001,"name":"missing_parameter","details":"`password` is missing or empty"},"status_code":400,"stat":"fail"}';

async function main(names) {
  const unknown = names.filter((name) => !runtimes.some((runtime) => runtime.name === name));
  if (unknown.length > 0) throw new Error(`no such runtime: ${unknown.join(", ")}`);
  const chosen = runtimes.filter(({ name }) => names.length === 0 || names.includes(name));
  const project = await createProject();
  try {
    const input = readVectors();
    for (const file of IN_PROJECT) copyFileSync(join(HERE, file), join(project, file));
    writeFileSync(join(project, "vectors.json"), JSON.stringify(input));
    const rows = [];
    for (const runtime of chosen) rows.push(await rowOf(runtime, project, input));
    return report(rows, input.vectors.length);
  } finally {
    rmSync(project, { recursive: true });
  }
}

async function rowOf({ name, section, entry, start, tell }, project, input) {
  const begun = Date.now();
  try {
    const { version, loaded, results } = await start(project, input);
    if (loaded !== entry) throw new Error(`the entry ${loaded} was loaded, not ${entry}`);
    const example = await outcomeOf(() => tell(project, exampleOf(section)));
    const seconds = (Date.now() - begun) / 1000;
    return { name, version, entry, results: results.map(expectedlyUncarried), example, seconds };
  } catch (error) {
    const seconds = (Date.now() - begun) / 1000;
    return { name, version: "", entry, results: [], example: { failed: "not run" }, seconds, broken: error };
  }
}

/** The program under this heading of the package's README. */
function exampleOf(section) {
  const [, part = ""] = readFileSync(join(PACKAGE, "README.md"), "utf8").split(`\n### ${section}\n`);
  return /^```js\n(.*?)^```/ms.exec(part)?.[1] ?? "";
}

/** Returns whether the example refuses a sign-on without a key, in the words of the format. */
async function outcomeOf(tell) {
  try {
    const told = await tell();
    return told === REFUSAL ? {} : { failed: `it answered ${told}` };
  } catch (error) {
    return { failed: String(error) };
  }
}

/** Fails a vector that a runtime refuses to carry without being known to. */
function expectedlyUncarried(result) {
  const { id, face, uncarried } = result;
  const isUnknown = uncarried?.endsWith("by Request") && !REFUSED_BY_REQUEST.includes(id);
  return isUnknown ? { id, face, failed: uncarried } : result;
}

/** Prints the table, each difference, and what the handler could not be given. Returns the exit code. */
function report(rows, expected) {
  console.log(line("", "", "", "raw", "", "handler", "", "not", "README's", ""));
  console.log(line("runtime", "version", "entry", "passed", "failed", "passed", "failed", "carried", "example", "seconds"));
  let passed = 0;
  let failed = 0;
  for (const { name, version, entry, results, example, seconds } of rows) {
    const [raw, handler] = FACES.map((face) =>
      countsOf(
        results.filter((result) => result.face === face),
        expected,
      ),
    );
    const counts = [raw.passed, raw.failed, handler.passed, handler.failed, handler.uncarried];
    const isExampleGood = example.failed === undefined;
    console.log(line(name, version, entry, ...counts, isExampleGood ? "passed" : "failed", seconds.toFixed(1)));
    passed += raw.passed + handler.passed + Number(isExampleGood);
    failed += raw.failed + handler.failed + Number(!isExampleGood);
  }
  for (const { name, results, example, broken } of rows) {
    if (broken !== undefined) console.log(`\n${name}: ${broken.stack ?? broken}`);
    if (example.failed !== undefined) console.log(`\n${name}: the README's example: ${example.failed}`);
    for (const { id, face, failed } of results) {
      if (failed !== undefined) console.log(`\n${name}: ${id} (${face}): ${failed}`);
    }
  }
  reportUncarried(rows);
  console.log(`\n${passed} passed, ${failed} failed`);
  return failed === 0 && passed > 0 ? 0 : 1;
}

function line(name, version, entry, ...cells) {
  return name.padEnd(10) + version.padEnd(16) + entry.padEnd(11) + cells.map((cell) => String(cell).padStart(9)).join("");
}

/** A vector without a result has failed. */
function countsOf(results, expected) {
  const uncarried = results.filter((result) => result.uncarried !== undefined).length;
  const passed = results.filter((result) => result.uncarried === undefined && result.failed === undefined).length;
  return { passed, uncarried, failed: expected - uncarried - passed };
}

function reportUncarried(rows) {
  const reasons = new Map();
  for (const { name, results } of rows)
    for (const { id, uncarried } of results) {
      if (uncarried === undefined) continue;
      const ids = reasons.get(uncarried) ?? new Map();
      reasons.set(uncarried, ids.set(id, [...(ids.get(id) ?? []), name]));
    }
  if (reasons.size > 0) console.log("\nNot carried by the handler, all of it by the raw functions:");
  for (const [reason, ids] of reasons) {
    const listed = [...ids].map(([id, names]) => (names.length === rows.length ? id : `${id} (${names.join(", ")})`));
    console.log(`\n  ${reason} (${listed.length}):\n${wrapped(listed)}`);
  }
}

/** The words as indented lines of at most 120 characters. */
function wrapped(words) {
  const lines = [];
  for (const word of words) {
    const last = lines.at(-1) ?? "";
    if (lines.length > 0 && last.length + word.length < 117) lines[lines.length - 1] = `${last}, ${word}`;
    else lines.push(`    ${word}`);
  }
  return lines.join(",\n");
}

process.exitCode = await main(process.argv.slice(2));
