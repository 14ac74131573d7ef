// The layout of the files in `spec/vectors`, as their README says it.
//
//   node layout.mjs     lays the files out anew

import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { fileNames, VECTORS } from "./read.mjs";

/** The largest number of characters of a line, unless it is one string that cannot be broken. */
const WIDTH = 140;

/** Returns a file's text: `value` as JSON in the layout of the vectors. */
export function laidOut(value) {
  const isVectors = Array.isArray(value);
  const elements = isVectors ? value.map((vector) => broken(vector, "  ")) : [];
  return isVectors ? `[\n${elements.map((element) => `  ${element}`).join(",\n")}\n]\n` : `${broken(value, "")}\n`;
}

/** The value on one line if it fits behind `lead` and before a comma, else broken. */
function fitted(value, indent, lead) {
  const line = onOneLine(value);
  const isWhole = typeof value !== "object" || value === null || line === "{}" || line === "[]";
  return isWhole || `${lead}${line},`.length <= WIDTH ? line : broken(value, indent);
}

/** Each member or element on a line of its own, indented by two. */
function broken(value, indent) {
  const inner = `${indent}  `;
  const leads = Array.isArray(value) ? value.map((element) => ["", element]) : entriesOf(value);
  const lines = leads.map(([lead, part]) => `${inner}${lead}${fitted(part, inner, `${inner}${lead}`)}`);
  const [open, close] = Array.isArray(value) ? "[]" : "{}";
  return `${open}\n${lines.join(",\n")}\n${indent}${close}`;
}

function onOneLine(value) {
  if (Array.isArray(value)) return `[${value.map(onOneLine).join(", ")}]`;
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  return `{${entriesOf(value)
    .map(([lead, part]) => `${lead}${onOneLine(part)}`)
    .join(", ")}}`;
}

function entriesOf(value) {
  return Object.entries(value).map(([name, part]) => [`${JSON.stringify(name)}: `, part]);
}

if (process.argv[1] === fileURLToPath(import.meta.url))
  for (const name of fileNames()) {
    const file = new URL(name, VECTORS);
    writeFileSync(file, laidOut(JSON.parse(readFileSync(file, "utf8"))));
  }
