// Every case of `spec/vectors`, decided by the wasm that ships, over the storage in memory and over SQLite.

import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after as afterAll, test } from "node:test";
import { loadCore } from "ssokey";
import { memoryStorage } from "ssokey/memory";
import { loadOperatorCore } from "ssokey/operator";
import * as raw from "ssokey/raw";
import { sqliteStorage } from "ssokey/sqlite";
import { checkRaw, remembering } from "../runtimes/vector.mjs";
import { readVectors } from "../vectors/read.mjs";
import { recordsOf, seed, urlOf } from "./database.mjs";

const AT_LEAST = 939;

const loaded = await loadCore();
const core = { ...loaded, passwords: remembering(loaded.passwords) };
const operator = await loadOperatorCore();
const { world, vectors } = readVectors();

const directory = mkdtempSync(join(tmpdir(), "ssokey-vectors-"));
const path = join(directory, "sso.db");
const sqlite = await sqliteStorage({ url: urlOf(path) });
afterAll(() => {
  sqlite.close();
  rmSync(directory, { recursive: true });
});

const storages = {
  memory: (contents) => {
    const storage = memoryStorage(contents);
    return { storage, dump: async () => storage.dump() };
  },
  sqlite: async (contents) => {
    await seed(path, contents);
    return { storage: sqlite, dump: () => recordsOf(path) };
  },
};

test("there are enough vectors, each with an id of its own and no member that is not known", () => {
  assert.ok(vectors.length >= AT_LEAST, `${vectors.length} vectors`);
  assert.equal(new Set(vectors.map(({ id }) => id)).size, vectors.length);
  for (const { file, ...vector } of vectors) wellFormed(vector);
});

for (const vector of vectors)
  for (const [name, open] of Object.entries(storages))
    test(`${vector.file}: ${vector.id}: ${vector.title} (${name})`, () => checkRaw({ core, operator, raw }, world, vector, open));

function wellFormed(vector) {
  const optional = ["request", "command", "settings", "faces", "now", "entropy", "before", "after"];
  members(vector, ["id", "title", "proves", "calls", "response"], optional);
  assert.ok((vector.request === undefined) !== (vector.command === undefined), vector.id);
  const parts = [
    "query",
    "queryHex",
    "contentType",
    "contentEncoding",
    "authorization",
    "body",
    "bodyHex",
    "bodyTooLarge",
    "source",
  ];
  if (vector.request !== undefined) members(vector.request, ["method", "path"], parts);
  members(vector.settings ?? {}, [], ["legacyStatus", "company", "products", "tokenLifetime", "codeLifetime", "operations"]);
  const tables = ["companies", "keys", "products"];
  members(vector.before ?? {}, [], ["users", "tokens", "codes", ...tables]);
  members(vector.after ?? {}, [], ["users", "tokens", "codes", ...tables]);
  members(vector.response, ["status", "body"], ["headers"]);
  for (const call of vector.calls) members(call, ["call"], ["reply"]);
  assert.ok(vector.proves.length > 0, `${vector.id} proves nothing`);
}

function members(object, required, optional) {
  const names = Object.keys(object);
  const missing = required.filter((name) => !names.includes(name));
  const unknown = names.filter((name) => !required.includes(name) && !optional.includes(name));
  assert.deepEqual({ missing, unknown }, { missing: [], unknown: [] }, JSON.stringify(object).slice(0, 200));
}
