// Reads spec/wit: as much of the language as is written there. And converts the JSON of `spec/storage.md` into the values that jco gives those
// types in JavaScript, and back.

import { readdirSync, readFileSync } from "node:fs";

const WIT = new URL("../../../spec/wit/", import.meta.url);

/** A value that no value of the type in spec/wit is, such as a text in the place of a number. */
export class Inexpressible extends Error {
  name = "Inexpressible";
}

/**
 * The interfaces of spec/wit by name. Each has `types`, by name: `{ alias }`, `{ record: [[member, type], …] }`, `{ words: […] }` or
 * `{ cases: [[name, type or undefined], …] }`; and `functions`, by name: `{ parameters, result }`, the former as members are.
 */
export function readWit() {
  const files = readdirSync(WIT).filter((name) => name.endsWith(".wit"));
  const text = files.map((name) => readFileSync(new URL(name, WIT), "utf8").replaceAll(/\/\/.*/g, "")).join("\n");
  const interfaces = {};
  for (const [, name, body] of text.matchAll(/^interface ([a-z-]+) \{\n(.*?)^\}/gms)) interfaces[name] = interfaceOf(body);
  for (const { uses, types } of Object.values(interfaces))
    for (const from of uses) for (const [name, type] of Object.entries(interfaces[from].types)) types[name] ??= type;
  return interfaces;
}

function interfaceOf(body) {
  const types = {};
  const functions = {};
  for (const [, name, type] of body.matchAll(/\btype ([a-z-]+) = ([^;]+);/g)) types[name] = { alias: type };
  for (const [, kind, name, parts] of body.matchAll(/\b(record|enum|variant) ([a-z-]+) \{([^}]*)\}/g)) {
    const items = split(parts);
    if (kind === "enum") types[name] = { words: items };
    if (kind === "record") types[name] = { record: items.map(member) };
    if (kind === "variant") types[name] = { cases: items.map((item) => item.match(/^([a-z-]+)(?:\((.*)\))?$/s).slice(1)) };
  }
  for (const [, name, parameters, result] of body.matchAll(/^ {2}([a-z-]+): func\((.*?)\)(?: -> (.*))?;$/gm))
    functions[name] = { parameters: split(parameters).map(member), result };
  const uses = [...body.matchAll(/\buse ([a-z-]+)\.\{/g)].map(([, from]) => from);
  return { types, functions, uses };
}

const split = (list) =>
  list
    .split(",")
    .map((item) => item.trim())
    .filter((item) => item !== "");

const member = (item) => item.split(":").map((part) => part.trim());

/** `company-id` as JSON and jco have it: `companyId`. */
export const camel = (name) => name.replaceAll(/-(.)/g, (_, letter) => letter.toUpperCase());

/** `company-id` as a word of the format has it: `company_id`. */
export const snake = (name) => name.replaceAll("-", "_");

const kebab = (word) => word.replaceAll("_", "-");

/** What a type written in spec/wit is about: `["list" | "option", inner]`, a type of `types`, or a name that is built in. */
export function resolve(types, written) {
  const generic = written.match(/^(list|option)<(.*)>$/);
  if (generic) return generic.slice(1);
  const type = types[written];
  return type?.alias === undefined ? (type ?? written) : resolve(types, type.alias);
}

/**
 * Converts JSON to a type. Throws `Inexpressible` where the type has no such value. A member that may be `null` may be absent as well if
 * `isLax`: settings and commands have such, and replies have not.
 */
export function toWit(types, written, json, isLax = false) {
  const type = resolve(types, written);
  const refuse = (holds) => {
    if (!holds) throw new Inexpressible(`no ${written}: ${JSON.stringify(json)}`);
  };
  if (Array.isArray(type)) {
    const [kind, inner] = type;
    if (kind === "option") return json === null || json === undefined ? undefined : toWit(types, inner, json, isLax);
    refuse(Array.isArray(json));
    return json.map((item) => toWit(types, inner, item, isLax));
  }
  if (type.words) {
    refuse(typeof json === "string" && !json.includes("-") && type.words.includes(kebab(json)));
    return kebab(json);
  }
  if (type.record) {
    refuse(json !== null && typeof json === "object" && !Array.isArray(json));
    return Object.fromEntries(
      type.record.map(([name, inner]) => {
        refuse(camel(name) in json || (isLax && inner.startsWith("option<")));
        return [camel(name), toWit(types, inner, json[camel(name)], isLax)];
      }),
    );
  }
  if (type === "bool") refuse(typeof json === "boolean");
  if (type === "string") refuse(typeof json === "string" && json.isWellFormed());
  if (type === "u32") refuse(Number.isInteger(json) && json >= 0 && json < 2 ** 32);
  if (type !== "u64") return json;
  refuse(Number.isInteger(json) && json >= 0 && json < 2 ** 64);
  return BigInt(json);
}

/** Converts a value of a type back to JSON. */
export function fromWit(types, written, value) {
  const type = resolve(types, written);
  if (Array.isArray(type)) {
    const [kind, inner] = type;
    if (kind === "option") return value === undefined || value === null ? null : fromWit(types, inner, value);
    return value.map((item) => fromWit(types, inner, item));
  }
  if (type.words) return snake(value);
  if (type.record)
    return Object.fromEntries(type.record.map(([name, inner]) => [camel(name), fromWit(types, inner, value[camel(name)])]));
  return type === "u64" ? Number(value) : value;
}
