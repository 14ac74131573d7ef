// The ways into the package that `make test-runtimes` does not go. A program has one instance, so each has its own.

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { posix, sep } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";

const SIGN_ON = `
  const storage = memoryStorage();
  const { email } = await addCompany(storage, { name: "Partner Ltd", domain: "partner.example", email: "it@partner.example" });
  const { ssokey } = await issueKey(storage, { companyEmail: email });
  const handler = await createHandler({ storage });
  const body = new URLSearchParams({ email: "ann@partner.example", password: "any", ssokey, product: "email" });
  const response = await handler(new Request("https://sso.example/api/sso/authenticate", { method: "POST", body }));
  console.log(response.status);`;

const bytesOf = (file) => `readFileSync(fileURLToPath(import.meta.resolve("ssokey/${file}")))`;
const BYTES = bytesOf("ssokey.wasm");
const TYPED = `{ headers: { "content-type": "application/wasm" } }`;

const sources = {
  "a module": `new WebAssembly.Module(${BYTES})`,
  "the bytes": BYTES,
  "an array buffer": `new Uint8Array(${BYTES}).buffer`,
  "a response of the wasm's type": `new Response(${BYTES}, ${TYPED})`,
  "a response of no type": `new Response(${BYTES})`,
  "a promise": `Promise.resolve(new Response(${BYTES}, ${TYPED}))`,
  "a function": `() => Promise.resolve(${BYTES})`,
};

for (const [name, source] of Object.entries(sources))
  test(`ssokey/manual takes ${name}`, () => assert.equal(run(`${manual(source)} ${SIGN_ON}`), "200\n"));

test("ssokey/manual without a wasm says what is missing", () => {
  assert.match(run(refused(manual())), /^`ssokey\/manual` needs the wasm/);
});

test("ssokey/operator/manual takes both wasms, and without its own says what is missing", () => {
  const imports = `import { addCompany, addUser, purge, useOperatorWasm, useWasm } from "ssokey/operator/manual";`;
  const purged = `await purge(memoryStorage()).then(console.log, ({ message }) => console.log(message));`;
  assert.match(run(`${IMPORTS} ${imports} ${purged}`), /^`ssokey\/operator\/manual` needs the operator's wasm/);
  const use = `useOperatorWasm(() => ${bytesOf("operator.wasm")}); useWasm(${BYTES});`;
  const added = `
    const storage = memoryStorage();
    const { email } = await addCompany(storage, { name: "Partner Ltd", domain: "partner.example", email: "it@partner.example" });
    console.log((await addUser(storage, { companyEmail: email, userEmail: "ann@partner.example", password: "any" })).userId);`;
  assert.equal(run(`${IMPORTS} ${imports} ${use} ${purged} ${added}`), "0\n1\n");
});

test("a response that failed is refused by its status", () => {
  assert.match(run(refused(manual(`new Response("gone", { status: 404 })`))), /HTTP status 404/);
});

test("after a failure the wasm is loaded anew", () => {
  const flaky = `let calls = 0; ${manual(`() => calls++ === 0 ? Promise.reject(new Error("offline")) : ${BYTES}`)}`;
  assert.equal(run(`${flaky} ${attempt} ${SIGN_ON}`), "offline\n200\n");
});

test("the entry for browsers fetches the wasm beside it", () => {
  const bytes = `globalThis.fetch = async (url) => {
    console.log(url.pathname.split("/").slice(-2).join("/"));
    return new Response(readFileSync(url), ${TYPED});
  };`;
  const entry = `const { createHandler } = await import("./dist/entries/browser.js");
    const { addCompany, issueKey } = await import("./dist/entries/operator/browser.js");`;
  assert.equal(run(`${IMPORTS} ${bytes} ${entry} ${SIGN_ON}`), "dist/operator.wasm\ndist/ssokey.wasm\n200\n");
});

test("every entry has the conditions in their order, types first, and leads to files that are packed", () => {
  const { exports } = JSON.parse(readFileSync(new URL("../package.json", import.meta.url), "utf8"));
  const { ".": main, "./operator": operator, "./ssokey.wasm": wasm, "./operator.wasm": operatorWasm, ...rest } = exports;
  const { "./openapi.yaml": openapi, ...others } = rest;
  const conditions = ["workerd", "edge-light", "deno", "bun", "node", "default"];
  for (const entry of [main, operator]) assert.deepEqual(Object.keys(entry), conditions);
  for (const file of [wasm, operatorWasm, openapi]) readFileSync(new URL(`../${file}`, import.meta.url));
  for (const target of [main, operator, others].flatMap(Object.values)) {
    assert.deepEqual(Object.keys(target), ["types", "default"]);
    for (const file of Object.values(target)) readFileSync(new URL(`../${file}`, import.meta.url));
  }
});

/** The modules that an entry leads to, its own too, and whatever else it imports. */
function reached(file, seen = new Set()) {
  if (seen.has(file)) return seen;
  const source = readFileSync(new URL(`../dist/${file}`, import.meta.url), "utf8");
  seen.add(file);
  for (const [, name] of source.matchAll(/(?:from|import) "([^"]+)"/g)) {
    if (name.endsWith(".js")) reached(posix.join(posix.dirname(file), name), seen);
    else seen.add(name);
  }
  return seen;
}

const ANYWHERE = ["workers.js", "edge.js", "browser.js", "manual.js"];

test("only the entries for Node, Deno and Bun import modules of Node", () => {
  const builtins = (entry) => [...reached(`entries/${entry}`)].filter((name) => name.startsWith("node:"));
  for (const file of ["node.js", "operator/node.js"]) assert.deepEqual(builtins(file), ["node:fs"], file);
  for (const file of [...ANYWHERE, ...ANYWHERE.map((file) => `operator/${file}`), "raw.js", "memory.js", "d1.js", "sql.js"]) {
    assert.deepEqual(builtins(file), [], file);
  }
});

test("each room of the sources imports rooms below it alone", () => {
  const rooms = ["entries", "cli", "testing", "http", "operator", "sql", "storage", "core"];
  const sources = new URL("../src/", import.meta.url);
  const files = readdirSync(sources, { recursive: true }).filter((file) => file.endsWith(".ts"));
  const upward = files.flatMap((file) => {
    const level = rooms.indexOf(file.split(sep)[0]);
    const imports = [
      ...readFileSync(new URL(file, sources), "utf8").matchAll(/(?:from|import|import\() ?"(?:\.\.\/)+([a-z]+)\/[^"]+"/g),
    ];
    const above = imports.filter(([, room]) => rooms.includes(room) && rooms.indexOf(room) < level);
    return above.map(([, room]) => `${file} imports ${room}`);
  });
  assert.ok(files.length > 0 && files.every((file) => rooms.includes(file.split(sep)[0])), `${files}`);
  assert.deepEqual(upward, []);
});

test("what answers requests carries nothing of the operator's", () => {
  for (const file of [...ANYWHERE, "raw.js"]) {
    const modules = [...reached(`entries/${file}`)].filter((name) => /operator(-bindings|-loader|\.wasm|\/)/.test(name));
    assert.deepEqual(modules, [], file);
  }
  assert.ok(reached("entries/operator/workers.js").has("operator-bindings.js"));
});

const IMPORTS = `
  import { readFileSync } from "node:fs";
  import { fileURLToPath } from "node:url";
  import { memoryStorage } from "ssokey/memory";`;

function manual(source) {
  const use = source === undefined ? "" : `useWasm(${source});`;
  const imports = `
    import { createHandler, useWasm } from "ssokey/manual";
    import { addCompany, issueKey, useOperatorWasm } from "ssokey/operator/manual";`;
  return `${IMPORTS} ${imports} useOperatorWasm(${bytesOf("operator.wasm")}); ${use}`;
}

const attempt = `await createHandler({ storage: memoryStorage() }).catch((error) => console.log(error.message));`;
function refused(beginning) {
  return `${beginning} ${attempt}`;
}

function run(script) {
  const cwd = fileURLToPath(new URL("..", import.meta.url));
  const options = ["--no-warnings", "--input-type=module", "--eval", script];
  return execFileSync(process.execPath, options, { cwd, encoding: "utf8" });
}
