// Users imported with the hashes of different schemes, by the package's RECIPES.md.

import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";
import { pathToFileURL } from "node:url";
import bcrypt from "bcryptjs";
import { projectWith } from "./project.mjs";
import { RECIPES, storageWithKey } from "./recipes.mjs";

const { storage, ssokey } = await storageWithKey();
const BCRYPT = RECIPES["Users with bcrypt hashes"];
const project = await projectWith({
  "storage.js": storage.replace("export const storage =", "export const opened = () =>"),
  "import.js": BCRYPT["import.js"],
  "bcrypt.js": BCRYPT["passwords.js"],
  "scrypt.js": RECIPES["Users with scrypt hashes"]["passwords.js"],
});
const from = (file) => import(pathToFileURL(join(project, file)).href);
const { opened } = await from("storage.js");
const { importUser } = await from("import.js");
const { createHandler } = await from("node_modules/ssokey/dist/entries/node.js");

const EMAIL = "ann@partner.example";
const ARGON2ID = /^\$argon2id\$v=19\$m=19456,t=2,p=1\$/;
/** Known answers: of crypt_blowfish's `wrapper.c`, and of RFC 7914, section 12, whose first 32 bytes are the tag of that size. */
const KNOWN = {
  bcrypt: ["U*U", "$2a$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW"],
  scrypt: ["pleaseletmein", "$scrypt$ln=14,r=8,p=1$U29kaXVtQ2hsb3JpZGU$cCO9yzr9c0hGHAbNgf046/2o+7qQT44+qbVD9lRdofI"],
};

/** Imports a user with this hash, and gives what signs it on, with the names of what was told to `onError`. */
async function imported(scheme, hash) {
  const storage = opened();
  const { passwords } = await from(`${scheme}.js`);
  await importUser(storage, (await storage.findCompany("partner.example")).id, EMAIL, hash);
  const told = [];
  const handler = await createHandler({ storage, passwords, onError: ({ name }) => told.push(name) });
  const post = async (path, fields) => {
    const body = new URLSearchParams(fields);
    const response = await handler(new Request(`https://sso.example${path}`, { method: "POST", body }));
    const answer = await response.json();
    return { status: response.status, token: answer.return?.token };
  };
  return {
    told,
    user: () => storage.dump().users[0],
    signOn: (password) => post("/api/sso/authenticate", { email: EMAIL, password, ssokey, product: "email" }),
    signIn: (password) => post("/api/authenticate", { userid: EMAIL, password, company: "partner.example" }),
    async session(token) {
      const headers = { authorization: `Bearer ${token}` };
      return (await handler(new Request("https://sso.example/api/session", { headers }))).status;
    },
  };
}

for (const [scheme, [password, hash]] of Object.entries(KNOWN)) {
  test(`a password that matches a hash of ${scheme} is hashed anew, and tokens stay valid`, async () => {
    const { signIn, signOn, session, user, told } = await imported(scheme, hash);
    const before = await signIn(password);
    assert.deepEqual([before.status, user().passwordHash], [200, hash]);
    assert.equal((await signOn(password)).status, 200);
    assert.match(user().passwordHash, ARGON2ID);
    assert.equal(user().credentialVersion, 1);
    assert.equal((await signOn(password)).status, 200);
    assert.deepEqual([await session(before.token), user().credentialVersion, told], [200, 1, []]);
  });

  test(`a password that does not match a hash of ${scheme} replaces it, with a key and not without`, async () => {
    const { signIn, signOn, session, user, told } = await imported(scheme, hash);
    const before = await signIn(password);
    assert.deepEqual([(await signIn("another")).status, user().passwordHash], [401, hash]);
    assert.equal((await signOn("another")).status, 200);
    assert.match(user().passwordHash, ARGON2ID);
    assert.deepEqual([await session(before.token), user().credentialVersion, told], [401, 2, []]);
    assert.equal((await signIn(password)).status, 401);
  });
}

test("bcrypt matches no password of which it would not take all", async () => {
  const long = "ä".repeat(36);
  for (const [hash, password] of [
    [bcrypt.hashSync(long, 4), `${long}b`],
    [KNOWN.bcrypt[1], "U*U\0U*U"],
  ]) {
    const { signIn, signOn, user } = await imported("bcrypt", hash);
    assert.equal((await signIn(password)).status, 401);
    await signOn(password);
    assert.equal(user().credentialVersion, 2);
  }
  const { signIn } = await imported("bcrypt", bcrypt.hashSync(long, 4));
  assert.equal((await signIn(long)).status, 200);
});

for (const [scheme, costly] of Object.entries({ bcrypt: ["$2a$05", "$2a$15"], scrypt: ["ln=14", "ln=17"] }))
  test(`a hash of ${scheme} that costs too much is unreadable`, async () => {
    const [password, hash] = KNOWN[scheme];
    const { signIn, told } = await imported(scheme, hash.replace(...costly));
    assert.equal((await signIn(password)).status, 401);
    assert.deepEqual(told, ["UnreadableHashError"]);
  });
