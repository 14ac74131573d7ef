#!/usr/bin/env node
// Judges the same recorded answers by `ssokey-check lint` and by ajv with the schemas of spec/, in turns, so that whatever else
// the machine does weighs on both. The judge does more: order, white space, duplicates and the place of the token are outside a schema's sight.
//
//   node lint.mjs PATH/TO/SSOKEY-CHECK [NUMBER OF ANSWERS]

import { spawnSync } from "node:child_process";
import { randomUUID } from "node:crypto";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const ROUNDS = 11;
const SPEC = new URL("../../../spec/", import.meta.url);
const self = fileURLToPath(import.meta.url);

function main([check, number = "100000"]) {
  const folder = mkdtempSync(join(tmpdir(), "ssokey-lint-"));
  try {
    const [many, one] = [Number(number), 1].map((count) => {
      const file = join(folder, `${count}.ndjson`);
      writeFileSync(file, answers(count));
      return file;
    });
    const judges = {
      "ssokey-check lint": (file) => run(check, ["lint", file]),
      ajv: (file) => run(process.execPath, [self, "--ajv", file]),
    };
    const times = Object.keys(judges).map((name) => ({ name, whole: [], start: [] }));
    // The first round fills the caches.
    for (let round = 0; round <= ROUNDS; round += 1)
      for (const { name, whole, start } of times) {
        const [all, nothing] = [judges[name](many), judges[name](one)];
        if (round === 0) continue;
        whole.push(all);
        start.push(nothing);
      }
    print(times, number);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function print([ours, theirs], number) {
  console.log(`${number} answers, medians of ${ROUNDS} rounds in ms; Node ${process.versions.node}`);
  const row = (name, ...cells) => console.log(name.padEnd(20) + cells.map((cell) => String(cell).padStart(20)).join(""));
  row("", "whole process", "without its start");
  const beyond = ({ whole, start }) => whole.map((time, round) => time - start[round]);
  for (const one of [ours, theirs]) row(one.name, median(one.whole).toFixed(0), median(beyond(one)).toFixed(0));
  const ratio = (of) => median(of(theirs).map((time, round) => time / of(ours)[round])).toFixed(2);
  row(
    "ajv's time / ours",
    ratio(({ whole }) => whole),
    ratio(beyond),
  );
}

/** Success and refusal as the format has them, nine to one, each with a token or details of its own. */
function answers(count) {
  const refusals = JSON.parse(readFileSync(new URL("errors.json", SPEC), "utf8"));
  const lines = Array.from({ length: count }, (_, at) => {
    if (at % 10 === 9) {
      const { status, ...error } = refusals[at % refusals.length];
      return { error: { ...error, details: `answer ${at}` }, status_code: status, stat: "fail" };
    }
    const email = `user-${at}@company.example`;
    const account = {
      loginId: email,
      companyName: "Example Ltd",
      isCreator: false,
      domainOwnershipVerified: false,
      token: randomUUID(),
      email,
      userId: at + 1,
      permissions: [],
      isCompanyAdmin: false,
      accountType: "ENTERPRISE",
      domainMxVerified: false,
      companyId: 7,
      displayName: email,
      companyDomain: "company.example",
    };
    return { status_code: 200, return: account, stat: "ok" };
  });
  return lines.map((line) => `${JSON.stringify(line)}\n`).join("");
}

/** The milliseconds that a program takes, which has to find nothing wrong. */
function run(program, args) {
  const began = performance.now();
  const { status, stdout, stderr } = spawnSync(program, args, { encoding: "utf8" });
  if (status !== 0) throw new Error(`${program} ended with ${status}: ${stdout}${stderr}`);
  return performance.now() - began;
}

/** The other contender: this file again, as a process of its own. */
function validate(file) {
  const require = createRequire(new URL("../../../wasm/js/package.json", import.meta.url));
  const Ajv = require("ajv/dist/2020").default;
  const ajv = new Ajv({ strict: false });
  for (const name of readdirSync(new URL("schemas", SPEC)))
    ajv.addSchema(JSON.parse(readFileSync(new URL(`schemas/${name}`, SPEC), "utf8")));
  const [success, error] = ["success.json", "error.json"].map((id) => ajv.getSchema(id));
  let invalid = 0;
  for (const line of readFileSync(file, "utf8").split("\n")) {
    if (line === "") continue;
    const answer = JSON.parse(line);
    if (!(answer.error ? error : success)(answer)) invalid += 1;
  }
  process.exitCode = invalid > 0 ? 1 : 0;
}

function median(numbers) {
  return numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)];
}

const args = process.argv.slice(2);
if (args[0] === "--ajv") validate(args[1]);
else main(args);
