// The ways into the package that `make test-runtimes` does not go. A program has one instance, so each has its own.

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { posix, sep } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { buildSync } from "esbuild";

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
  "a view of a longer buffer": `new Uint8Array([1, ...${BYTES}]).subarray(1)`,
  "a response of the wasm's type": `new Response(${BYTES}, ${TYPED})`,
  "a response of no type": `new Response(${BYTES})`,
  "a promise": `Promise.resolve(new Response(${BYTES}, ${TYPED}))`,
  "a function": `() => Promise.resolve(${BYTES})`,
};

const foreign = (source, globals = "{}") => `runInNewContext(${JSON.stringify(source)}, { ...${globals}, bytes: ${BYTES} })`;
Object.assign(sources, {
  "a module of a different realm": foreign("new WebAssembly.Module(bytes)"),
  "bytes of a different realm": foreign("Uint8Array.from(bytes)"),
  "an array buffer of a different realm": foreign("Uint8Array.from(bytes).buffer"),
  "a response that is not the platform's": `{ ok: true, status: 200, arrayBuffer: async () => ${BYTES}.buffer.slice(0) }`,
});

for (const [name, source] of Object.entries(sources))
  test(`ssokey/manual takes ${name}`, () => assert.equal(run(`${manual(source)} ${SIGN_ON}`), "200\n"));

test("ssokey/manual without a wasm says what is missing", () => {
  assert.match(run(refused(manual())), /^`ssokey\/manual` needs the wasm/);
});

test("ssokey/manual without the wasm that hashes says what is missing, and needs none with passwords of the caller's", () => {
  const hash = `await loadCore().then(({ passwords }) => passwords.hash("any", "00".repeat(16))).catch(({ message }) => console.log(message));`;
  const own = `const passwords = { hash: async () => "$hash", verify: async () => "match" };`;
  const withOwn = SIGN_ON.replace("{ storage }", "{ storage, passwords }");
  const begin = manual(BYTES).replace(`useArgon2id(${bytesOf("argon2id.wasm")});`, "");
  assert.match(
    run(`${begin} ${hash} ${own} ${withOwn}`),
    /^passwords need the wasm that hashes: call `useArgon2id` first.*\n200\n$/,
  );
});

test("what is not a wasm is refused, saying what is taken", () => {
  for (const wrong of [`"/ssokey.wasm"`, "undefined", "{ default: 1 }"]) {
    assert.match(run(refused(manual(wrong))), /^a wasm is a `WebAssembly.Module`, its bytes, or a `Response` that carries them/);
  }
});

test("whoever loads the wasm first, every entry shares its instance", () => {
  const entries = `const entries = await Promise.all(["node", "browser"].map((entry) => import(\`./dist/entries/\${entry}.js\`)));`;
  const count = `let made = 0; const { instantiate } = WebAssembly;
    WebAssembly.instantiate = (...args) => { made += 1; return instantiate(...args); };`;
  const use = `for (const { loadCore } of entries) console.log((await loadCore()).configure({}).isServed("/api/session"));
    console.log(made);`;
  assert.equal(run(`${count} ${entries} ${use}`), "true\ntrue\n1\n");
});

test("ssokey/operator/manual takes both wasms, and without its own says what is missing", () => {
  const imports = `import { addCompany, addUser, purge, useArgon2id, useOperatorWasm } from "ssokey/operator/manual";`;
  const purged = `await purge(memoryStorage()).then(console.log, ({ message }) => console.log(message));`;
  assert.match(run(`${IMPORTS} ${imports} ${purged}`), /^`ssokey\/operator\/manual` needs the operator's wasm/);
  const use = `useOperatorWasm(() => ${bytesOf("operator.wasm")}); useArgon2id(${bytesOf("argon2id.wasm")});`;
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

test("the entry for browsers has all that it needs in its JavaScript", () => {
  const nothing = `globalThis.fetch = () => { throw new Error("nothing is fetched"); };`;
  const entry = `const { createHandler } = await import("./dist/entries/browser.js");
    const { addCompany, issueKey } = await import("./dist/entries/operator/browser.js");`;
  assert.equal(run(`${IMPORTS} ${nothing} ${entry} ${SIGN_ON}`), "200\n");
});

test("every entry has the conditions in their order, types first, and leads to files that are packed", () => {
  const { exports } = JSON.parse(readFileSync(new URL("../package.json", import.meta.url), "utf8"));
  const conditions = ["unwasm", "workerd", "edge-light", "deno", "bun", "node", "default"];
  for (const entry of [".", "./operator"]) assert.deepEqual(Object.keys(exports[entry]), conditions);
  assert.deepEqual(Object.keys(exports["./argon2id"]), ["unwasm", "workerd", "edge-light", "default"]);
  const targetsOf = (entry) => ("types" in entry ? [entry] : Object.values(entry));
  for (const entry of Object.values(exports)) {
    if (typeof entry === "string") readFileSync(new URL(`../${entry}`, import.meta.url));
    else
      for (const target of targetsOf(entry)) {
        const { types, node, default: last, ...others } = target;
        assert.deepEqual([Object.keys(target)[0], typeof types, typeof last, others], ["types", "string", "string", {}]);
        for (const file of Object.values(target)) readFileSync(new URL(`../${file}`, import.meta.url));
      }
  }
});

test("each entry exports under every condition what its types declare", async () => {
  const { exports } = JSON.parse(readFileSync(new URL("../package.json", import.meta.url), "utf8"));
  for (const subpath of [".", "./operator", "./argon2id"]) {
    const { types } = Object.values(exports[subpath])[0];
    const program = new URL(`../${types}`, import.meta.url);
    const declared = await declaredBy(program);
    for (const { default: file } of Object.values(exports[subpath])) assert.deepEqual(exportedBy(file), declared, file);
  }
});

for (const { folder, uses } of [
  { folder: "", uses: ["useArgon2id", "useWasm"] },
  { folder: "operator/", uses: ["useArgon2id", "useOperatorWasm"] },
])
  test(`ssokey/${folder}manual exports what every entry does, and what takes the wasm`, async () => {
    const declared = await declaredBy(new URL(`../dist/entries/${folder}index.d.ts`, import.meta.url));
    assert.deepEqual(exportedBy(`dist/entries/${folder}manual.js`), [...declared, ...uses].sort());
  });

/** The names of the values that a file of types exports, by the compiler. */
async function declaredBy(file) {
  const text = readFileSync(file, "utf8");
  const own = [...text.matchAll(/export declare (?:const|function|class) (\w+)/g)].map(([, name]) => name);
  const named = [...text.matchAll(/export \{ (.+?) \}/gs)].flatMap(([, names]) => names.split(", "));
  const all = [...text.matchAll(/export \* from "(.+?)\.js"/g)].map(([, name]) => new URL(`${name}.d.ts`, file));
  const values = named.filter((name) => !name.startsWith("type "));
  const more = await Promise.all(all.map(declaredBy));
  const functions = [...text.matchAll(/export declare function\* ?(\w+)/g)].map(([, name]) => name);
  return [...new Set([...own, ...functions, ...values, ...more.flat()])].sort();
}

/** The names that a module exports, with any wasm left out that only a platform could import. */
function exportedBy(file) {
  const { outputFiles, metafile } = buildSync({
    entryPoints: [fileURLToPath(new URL(`../${file}`, import.meta.url))],
    bundle: true,
    format: "esm",
    platform: "node",
    loader: { ".wasm": "empty" },
    metafile: true,
    write: false,
    outdir: "unused",
  });
  assert.equal(outputFiles.length, 1);
  return Object.values(metafile.outputs)[0].exports.sort();
}

/** The modules that an entry leads to, its own too, and whatever else it imports. */
function reached(file, seen = new Set()) {
  if (seen.has(file)) return seen;
  const source = readFileSync(new URL(`../dist/${file}`, import.meta.url), "utf8");
  seen.add(file);
  for (const [, name] of source.matchAll(/(?:from|import) ?"([^"]+)"/g)) {
    if (name.endsWith(".js")) reached(posix.join(posix.dirname(file), name), seen);
    else seen.add(name);
  }
  return seen;
}

const ANYWHERE = ["workers.js", "edge.js", "browser.js", "manual.js"];

test("only the entries for Node, Deno and Bun import modules of Node", () => {
  const builtins = (entry) => [...reached(`entries/${entry}`)].filter((name) => name.startsWith("node:"));
  for (const file of ["node.js", "operator/node.js"]) {
    assert.deepEqual(builtins(file).sort(), ["node:os", "node:worker_threads", "node:zlib"], file);
  }
  const anywhere = [...ANYWHERE, ...ANYWHERE.map((file) => `operator/${file}`), "argon2id/browser.js", "argon2id/workers.js"];
  for (const file of [...anywhere, "raw.js", "memory.js", "d1.js", "sql.js"]) {
    assert.deepEqual(builtins(file), [], file);
  }
});

test("each room of the sources imports rooms below it alone", () => {
  const rooms = ["entries", "cli", "testing", "http", "operator", "sql", "storage", "core", "inline"];
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

test("what answers requests carries nothing of the operator's, and that nothing of what answers requests", () => {
  const modules = (file, own) => [...reached(`entries/${file}`)].filter((name) => own.test(name));
  for (const file of [...ANYWHERE, "node.js", "raw.js"]) {
    assert.deepEqual(modules(file, /operator(-bindings|-loader|\.wasm|\.js|\/)/), [], file);
  }
  for (const file of [...ANYWHERE, "node.js"]) {
    assert.deepEqual(modules(file, /operator-answer\.js/), [], file);
    assert.deepEqual(modules(`operator/${file}`, /^bindings\.js|ssokey\.(js|wasm)/), [], file);
    assert.ok(reached(`entries/operator/${file}`).has("operator-bindings.js"), file);
  }
});

test("no entry of an edge runtime leads to a compiler, or Next would not build it", () => {
  for (const folder of ["", "operator/", "argon2id/"])
    for (const entry of ["edge", "workers"]) {
      const compiling = [...reached(`entries/${folder}${entry}.js`)].filter(
        (name) =>
          name.endsWith(".js") &&
          readFileSync(new URL(`../dist/${name}`, import.meta.url), "utf8").includes("WebAssembly.compile"),
      );
      assert.deepEqual(compiling, [], folder + entry);
    }
});

test("nothing that ships asks which realm a platform's object is of, or where the package's files are", () => {
  const dist = new URL("../dist/", import.meta.url);
  // The command line is a program of its own, which no bundle and no different realm has.
  const files = readdirSync(dist, { recursive: true }).filter((file) => /^(?!cli|playground).*\.js$/.test(file));
  const holding = (text) =>
    files.filter((file) => text.test(readFileSync(new URL(file, dist), "utf8"))).map((file) => file.replaceAll(sep, "/"));
  assert.deepEqual(
    holding(/instanceof (WebAssembly|Response|Request|Headers|URL|ArrayBuffer|Uint8Array|(?!OwnError)\w*Error\b)/),
    [],
  );
  // An addon is in no bundle, so it is looked for beside the code.
  assert.deepEqual(holding(/import\.meta/), ["core/native.js", "http/playground.js"]);
});

const IMPORTS = `
  import { readFileSync } from "node:fs";
  import { fileURLToPath } from "node:url";
  import { runInNewContext } from "node:vm";
  import { memoryStorage } from "ssokey/memory";`;

function manual(source) {
  const use = source === undefined ? "" : `useWasm(${source});`;
  const imports = `
    import { createHandler, loadCore, useArgon2id, useWasm } from "ssokey/manual";
    import { addCompany, issueKey, useOperatorWasm } from "ssokey/operator/manual";`;
  return `${IMPORTS} ${imports} useOperatorWasm(${bytesOf("operator.wasm")}); useArgon2id(${bytesOf("argon2id.wasm")}); ${use}`;
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
