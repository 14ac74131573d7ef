// The recipes of the package's RECIPES.md, and what each is asked.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { memoryStorage } from "../../dist/entries/memory.js";
import { addCompany, issueKey } from "../../dist/entries/operator/node.js";
import { whileListening } from "../listening.mjs";
import { NODE } from "../programs.mjs";
import { PACKAGE } from "../project.mjs";
import { env } from "./project.mjs";

export const PAGE = readFileSync(join(PACKAGE, "RECIPES.md"), "utf8");

const [, ...SECTIONS] = PAGE.split(/^## /m);
const LIMIT = 120_000;
const COMPANY = "it@partner.example";
const ANNOUNCE = fileURLToPath(new URL("announce.mjs", import.meta.url));

/** The recipes' files by their titles: the text of each by its name. */
export const RECIPES = Object.fromEntries(
  SECTIONS.map((section) => {
    const files = section.matchAll(/^```[jt]s\n\/\/ (\S+)\n(.*?)^```$/gms);
    return [section.slice(0, section.indexOf("\n")), Object.fromEntries([...files].map(([, file, text]) => [file, text]))];
  }),
);

/** Gives a storage in memory with a company, as text of a module, and the company's key. */
export async function storageWithKey() {
  const storage = memoryStorage();
  await addCompany(storage, { name: "Partner Ltd", domain: "partner.example", email: COMPANY });
  const { ssokey } = await issueKey(storage, { companyEmail: COMPANY });
  const text = `import { memoryStorage } from "ssokey/memory";
    export const storage = memoryStorage(${JSON.stringify(storage.dump())});`;
  return { storage: text, ssokey };
}

/** Starts a program, whatever its port is, and runs `asked` with its URL. */
export const whileServing = (cwd, file, asked, options = { env }) =>
  whileListening(NODE.command, ["--import", ANNOUNCE, file], { cwd, ...options }, asked);

/** A `fetch` of paths below the URL. A route whose body was taken away would wait for good. */
export const asking = (url) => (path, options) => fetch(url + path, { ...options, signal: AbortSignal.timeout(LIMIT) });

/** Signs a user on by POST and by GET, with all that an escape may be. `ask` takes what `fetch` does. Gives its token as a header. */
export async function signsOn(ask, ssokey, base = "") {
  const call = { email: "ann@partner.example", password: "p+ß %26&=\0", ssokey, product: "email" };
  const fields = String(new URLSearchParams(call));
  const tokens = [];
  for (const [query, init] of [
    ["", { method: "POST", body: fields, headers: { "content-type": "application/x-www-form-urlencoded" } }],
    ["", { method: "POST", body: JSON.stringify(call), headers: { "content-type": "application/json" } }],
    [`?${fields}`, { method: "GET" }],
  ]) {
    const response = await ask(`${base}/api/sso/authenticate${query}`, init);
    const text = await response.text();
    assert.equal(response.status, 200, text);
    assert.equal(response.headers.get("content-type"), "application/json");
    tokens.push(JSON.parse(text).return.token);
  }
  const [authorization] = tokens.map((token) => `Bearer ${token}`);
  // The password was taken for the same each time, or else the first token would have ended.
  assert.equal((await ask(`${base}/api/session`, { headers: { authorization } })).status, 200);
  return { authorization };
}

/** Asks for `/inbox` with a token and without one. */
export async function guards(ask, headers, path = "/inbox") {
  const let_in = await ask(path, { headers });
  assert.deepEqual([let_in.status, await let_in.text()], [200, "Hello ann@partner.example"]);
  const refused = await ask(path, {});
  assert.deepEqual([refused.status, (await refused.json()).error.name], [401, "invalid_token"]);
}
