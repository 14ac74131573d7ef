// The types of spec/wit against the schemas: each record, call, reply and command, member by member. It needs no build.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { camel, readWit, resolve, snake } from "../../component/test/wit.mjs";

const { records, calls, commands, http, storage, "operator-storage": operatorStorage } = readWit();
const schemas = Object.fromEntries(
  ["call", "command", "event", "field", "record", "reply"].map((name) => [
    `${name}.json`,
    JSON.parse(readFileSync(new URL(`../../../spec/schemas/${name}.json`, import.meta.url), "utf8")),
  ]),
);
const RECORDS = { ...schemas["record.json"].$defs, event: schemas["event.json"] };

// Words of which a later version may have more, so that they are texts in spec/wit.
const OPEN = ["event.kind", "fault.call"];
// What a call does not say of the word, since it has a type that has more of them.
const NARROWED = ["give_back.purpose"];

test("every record of the schemas is one of spec/wit, and the other way round, with the same members", () => {
  const inSchemas = Object.keys(RECORDS).filter((name) => RECORDS[name].type === "object");
  assert.ok(inSchemas.length >= 14);
  const inWit = Object.keys(records.types).filter((name) => records.types[name].record);
  assert.deepEqual(inWit.map(camel).sort(), inSchemas.sort());
  for (const name of inWit)
    assert.deepEqual(membersInWit(records.types, name), membersInSchema("record.json", RECORDS[camel(name)], camel(name)), name);
});

for (const [what, file, types, variant] of [
  ["call", "call.json", calls.types, "call"],
  ["reply", "reply.json", calls.types, "reply"],
  ["command", "command.json", commands.types, "command"],
])
  test(`every ${what} of ${file} is a case in spec/wit, and the other way round, with the same members`, () => {
    const { $defs, properties } = schemas[file];
    const { cases } = types[variant];
    assert.ok(cases.length >= 28);
    assert.deepEqual(cases.map(([name]) => snake(name)).sort(), [...properties[what].enum].sort());
    for (const [name, type] of cases) {
      const { [what]: _, ...expected } = membersInSchema(file, $defs[snake(name)], snake(name));
      const single = Object.keys(expected).length === 1 && Object.keys(expected)[0];
      const actual = type === undefined ? {} : single ? { [single]: typeInWit(types, type) } : membersInWit(types, type);
      assert.deepEqual(actual, expected, name);
    }
  });

test("every call but those that hash is a function of a storage, with the members as parameters", () => {
  const functions = { ...storage.functions, ...operatorStorage.functions };
  const names = calls.types.call.cases
    .map(([name]) => name)
    .filter((name) => !["verify-password", "hash-password"].includes(name));
  assert.deepEqual(Object.keys(functions).sort(), names.sort());
  for (const name of names) {
    const { types } = name in storage.functions ? storage : operatorStorage;
    const { call: _, ...expected } = membersInSchema("call.json", schemas["call.json"].$defs[snake(name)], snake(name));
    const isAttempt = functions[name].parameters.some(([, type]) => type === "attempt");
    const actual = isAttempt ? membersInWit(calls.types, "attempt") : membersOf(types, functions[name].parameters);
    assert.deepEqual(actual, expected, name);
  }
});

test("the settings and the names of the operations are those of core", () => {
  const source = (path) => readFileSync(new URL(`../../../core/src/${path}`, import.meta.url), "utf8");
  const [, members] = source("settings.rs").match(/const MEMBERS: \[&str; \d+\] =\s*\[([^\]]*)\]/);
  assert.deepEqual(
    http.types.settings.record.map(([name]) => camel(name)),
    [...members.matchAll(/"(\w+)"/g)].map(([, name]) => name),
  );
  const [, operations] = source("settings.rs").match(/different operations: ([a-z_, ]+)"/);
  assert.deepEqual(http.types.operation.words.map(snake), operations.split(", "));
});

function membersInWit(types, name) {
  return membersOf(types, resolve(types, name).record);
}

function membersOf(types, members) {
  return Object.fromEntries(members.map(([name, type]) => [camel(name), typeInWit(types, type)]));
}

/** A type as a text that both languages come to. */
function typeInWit(types, written) {
  const type = resolve(types, written);
  if (Array.isArray(type)) return `${type[0]} of ${typeInWit(types, type[1])}`;
  if (type.words) return type.words.map(snake).sort().join(" ");
  if (type.record) return camel(written);
  return { u32: "integer", u64: "integer", bool: "boolean" }[type] ?? type;
}

function membersInSchema(file, { properties, required }, owner) {
  const optional = (name, type) => (required.includes(name) || type.startsWith("option of ") ? type : `option of ${type}`);
  return Object.fromEntries(
    Object.entries(properties).map(([name, schema]) => {
      if (OPEN.includes(`${owner}.${name}`)) return [name, "string"];
      if (NARROWED.includes(`${owner}.${name}`)) return [name, calls.types.purpose.words.map(snake).sort().join(" ")];
      return [name, optional(name, typeInSchema(file, schema))];
    }),
  );
}

function typeInSchema(file, schema) {
  if (schema.$ref !== undefined) {
    const [target, path] = schema.$ref.split("#");
    const name = path?.split("/").at(-1);
    if (name === undefined) return target.replace(".json", "");
    const found = path
      .split("/")
      .slice(1)
      .reduce((part, key) => part[key], schemas[target || file]);
    return found.type === "object" ? name : typeInSchema(target || file, found);
  }
  if (schema.anyOf !== undefined) {
    const others = schema.anyOf.filter(({ type }) => type !== "null");
    assert.equal(others.length, 1, JSON.stringify(schema));
    return `option of ${typeInSchema(file, others[0])}`;
  }
  if (schema.enum !== undefined) return [...schema.enum].sort().join(" ");
  if (schema.const !== undefined) return typeof schema.const;
  if (Array.isArray(schema.type))
    return `option of ${typeInSchema(file, { ...schema, type: schema.type.find((type) => type !== "null") })}`;
  return schema.type === "array" ? `list of ${typeInSchema(file, schema.items)}` : schema.type;
}
