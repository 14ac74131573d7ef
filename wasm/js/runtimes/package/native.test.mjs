// Passwords that are hashed in native code, in a project that has `@node-rs/argon2`.

import assert from "node:assert/strict";
import { execFileSync, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, test } from "node:test";
import { pathToFileURL } from "node:url";
import { build } from "esbuild";
import { keyOf, signOn } from "../../test/partner.mjs";
import { hashesAreTheSame } from "../../test/same-hashes.mjs";
import { createProject, writeFiles } from "../project.mjs";

const SALT = "00112233445566778899aabbccddeeff";

const project = await createProject("@libsql/client", "@node-rs/argon2");
after(() => rmSync(project, { recursive: true }));
writeFiles(project, {
  "use.mjs": `
    export { createHandler, Overloaded } from "ssokey";
    export { memoryStorage } from "ssokey/memory";
    export { nativePasswords } from "ssokey/native";
    export { passwordPool } from "ssokey/pool";
  `,
});
const { createHandler, memoryStorage, nativePasswords, Overloaded, passwordPool } = await import(
  pathToFileURL(join(project, "use.mjs"))
);

/** Opens native passwords until the test ends. */
function open(context, options) {
  const passwords = nativePasswords(options);
  context.after(() => passwords.close());
  return passwords;
}

test("native hashes are those of the wasm, and so are the stored ones that it reads", async (context) => {
  const wasm = passwordPool();
  context.after(() => wasm.close());
  assert.ok((await hashesAreTheSame(open(context), wasm)) > 80);
});

test("who comes when the queue is full is told to come back, and closing rejects what waits", async (context) => {
  const passwords = open(context, { threads: 1, queue: 1 });
  const hashes = () => Promise.allSettled(["one", "two", "three"].map((password) => passwords.hash(password, SALT)));
  const refused = (await hashes()).map(({ reason }) => reason instanceof Overloaded);
  assert.deepEqual(refused, [false, false, true]);
  const late = hashes();
  assert.deepEqual(passwords.waiting(), { keyed: 1, keyless: 0 });
  await passwords.close();
  for (const { status } of await late) assert.equal(status, "rejected");
  assert.throws(() => nativePasswords({ threads: 0 }), { name: "RangeError" });
});

test("a user is signed on over native passwords", async (context) => {
  const storage = memoryStorage();
  const key = await keyOf(storage);
  const handler = await createHandler({ storage, passwords: open(context) });
  for (const password of ["one", "one", "two"]) assert.equal((await handler(signOn(key, password))).status, 200);
  assert.equal(storage.dump().users[0].credentialVersion, 2);
});

const HASHING = `
  import { nativePasswords } from "ssokey/native";
  const passwords = nativePasswords({ threads: 1 });
  passwords.hash("one", "${SALT}").then((hash) => {
    process.stdout.write(hash);
    return passwords.close();
  });`;

for (const [format, file] of [
  ["esm", "bundle.mjs"],
  ["cjs", "bundle.cjs"],
])
  test(`a bundle in ${format} finds the package`, async (context) => {
    const outfile = join(project, file);
    const external = ["@node-rs/argon2"];
    const stdin = { contents: HASHING, resolveDir: project };
    await build({ stdin, bundle: true, platform: "node", format, outfile, external, logLevel: "error" });
    const printed = execFileSync(process.execPath, [outfile], { cwd: project, encoding: "utf8" });
    assert.equal(printed, await open(context).hash("one", SALT));
  });

/** What a server of the project notes until it listens. */
async function notesOf(context) {
  const args = ["node_modules/ssokey/dist/entries/cli.js", "serve", "--db", "sso.db", "--port", "0"];
  const child = spawn(process.execPath, args, { cwd: project, stdio: ["ignore", "pipe", "pipe"] });
  context.after(() => child.kill());
  let notes = "";
  child.stderr.setEncoding("utf8").on("data", (text) => {
    notes += text;
  });
  await once(child.stdout, "data");
  return notes;
}

test("`doctor` measures what a server would hash with", () => {
  const args = ["node_modules/ssokey/dist/entries/cli.js", "doctor", "--db", "sso.db"];
  const { stdout } = spawnSync(process.execPath, args, { cwd: project, encoding: "utf8" });
  assert.match(stdout, /hashing .* a hash .*; passwords are hashed in native code, by @node-rs\/argon2\n/);
});

test("a server hashes in native code where it is installed, and notes it; without it it is silent", async (context) => {
  const scope = join(project, "node_modules/@node-rs");
  assert.match(await notesOf(context), /passwords are hashed in native code, by @node-rs\/argon2/);
  renameSync(scope, `${scope}.away`);
  assert.doesNotMatch(await notesOf(context), /argon2/);
  mkdirSync(join(scope, "argon2"), { recursive: true });
  writeFileSync(join(scope, "argon2/index.js"), 'throw new Error("Cannot find native binding")');
  assert.match(await notesOf(context), /@node-rs\/argon2 is installed and does not load: passwords are hashed in WebAssembly/);
});
