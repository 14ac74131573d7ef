// The types of answers, errors and operations against the format and the core: a file of assertions, generated and compiled.

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { loadCore } from "ssokey";
import { parse } from "yaml";

const SPEC = new URL("../../../spec/", import.meta.url);
const PACKAGE = fileURLToPath(new URL("..", import.meta.url));
const openapi = parse(readFileSync(new URL("openapi.yaml", SPEC), "utf8"));
const json = (file) => JSON.parse(readFileSync(new URL(file, SPEC), "utf8"));

const ANSWERS = {
  "/api/sso/authenticate": "SignOnAnswer",
  "/api/sso/login": "LaunchAnswer",
  "/api/sso/exchange": "ExchangeAnswer",
  "/api/authenticate": "DirectSignInAnswer",
  "/api/session": "SessionAnswer",
  "/api/signout": "SignOutAnswer",
};
const TYPES = { string: "string", boolean: "boolean", array: "string[]" };

/** The members of the documented success, with their types. */
function members() {
  const { properties } = json("schemas/success.json").properties.return;
  const typeOf = ({ type }) => TYPES[type] ?? "string & number";
  const byReference = { "record.json#/$defs/email": "string", "record.json#/$defs/id": "number" };
  return Object.entries(properties).map(([name, schema]) => `${name}: ${byReference[schema.$ref] ?? typeOf(schema)}`);
}

/** The examples of an answer's body, by its response. */
const examplesOf = (response) =>
  Object.values(deref(response).content["application/json"].examples).map((example) => deref(example).value);

function deref(value) {
  if (value.$ref === undefined) return value;
  return value.$ref
    .slice(2)
    .split("/")
    .reduce((object, name) => object[name], openapi);
}

const union = (values) => [...new Set(values)].map((value) => JSON.stringify(value)).join(" | ") || "never";

async function assertions() {
  const { operations } = (await loadCore()).configure({});
  const errors = json("errors.json");
  const lines = [
    same("keyof ssokey.Errors", union(errors.map(({ code }) => code))),
    same("ssokey.SignedOnUser", `{ ${members().join("; ")} }`),
    same("ssokey.OperationName", union(operations.map(({ name }) => name))),
    ...operations.map(({ name, calls }) => same(`ssokey.OperationCalls["${name}"]`, union(calls))),
    ...errors.map(({ code, status, name }) => same(`ssokey.Errors[${code}]`, `{ status: ${status}; name: "${name}" }`)),
  ];
  for (const [path, methods] of Object.entries(openapi.paths)) {
    const bodies = Object.values(methods).flatMap(({ responses }) => Object.values(responses).flatMap(examplesOf));
    const codes = union(bodies.map(({ error }) => error?.code).filter(Boolean));
    const statuses = union(bodies.map(({ status_code }) => status_code));
    const answer = `ssokey.${ANSWERS[path]}`;
    lines.push(same(`Extract<${answer}, { stat: "fail" }>["error"]["code"]`, codes), same(`${answer}["status_code"]`, statuses));
    const [success] = bodies.filter(({ stat }) => stat === "ok");
    const isWhole = Object.keys(success.return).length > 0;
    const type = isWhole ? "ssokey.SignedOnUser" : "Record<string, never>";
    lines.push(same(`Extract<${answer}, { stat: "ok" }>["return"]`, type));
  }
  return lines;
}

const same = (type, expected) => `same<Equal<${type}, ${expected}>>(true);`;

/** Returns what the compiler says of these assertions. */
function compile(lines) {
  const directory = mkdtempSync(join(tmpdir(), "ssokey-types-"));
  try {
    const head = [
      `import type * as ssokey from ${JSON.stringify(join(PACKAGE, "dist/entries/index.js"))};`,
      "type Equal<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;",
      "declare function same<Value extends true>(value: Value): void;",
    ];
    const file = join(directory, "assertions.mts");
    writeFileSync(file, [...head, ...lines].join("\n"));
    const options = ["--noEmit", "--strict", "--skipLibCheck", "--target", "es2023", "--module", "nodenext", "--types", ""];
    execFileSync(join(PACKAGE, "node_modules/.bin/tsc"), [...options, file], { cwd: directory, encoding: "utf8", stdio: "pipe" });
    return "";
  } catch ({ stdout }) {
    return stdout.replaceAll(/^.*assertions\.mts\((\d+),.*$/gm, (line, at) => `${line}\n  ${lines[at - 4]}`);
  } finally {
    rmSync(directory, { recursive: true });
  }
}

test("types of answers, errors and operations are those of the format and of the core", async (context) => {
  const lines = await assertions();
  assert.equal(compile(lines), "");
  context.diagnostic(`${lines.length} types`);
});

test("a type that differs is seen", async () => {
  for (const wrong of [
    same("ssokey.OperationName", '"sign_on"'),
    same("ssokey.Errors[4010]", '{ status: 403; name: "invalid_ssokey" }'),
    same('Extract<ssokey.SessionAnswer, { stat: "fail" }>["error"]["code"]', "4012"),
  ])
    assert.match(compile([wrong]), /assertions\.mts/);
});
