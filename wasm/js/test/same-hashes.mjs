// What any Argon2id of the package has in common with the wasm.

import assert from "node:assert/strict";

const SALT = "00112233445566778899aabbccddeeff";

const phc = (changed) => {
  const usual = { algorithm: "argon2id", version: "v=19", costs: "m=64,t=1,p=1", salt: "c29tZXNhbHRzb21lc2FsdA" };
  const { algorithm, version, costs, salt, tag } = { ...usual, tag: "A".repeat(43), ...changed };
  return `$${algorithm}$${version}$${costs}$${salt}$${tag}`;
};

const costs = ["m=8,t=1,p=1", "m=7,t=1,p=1", "m=16,t=1,p=2", "m=15,t=1,p=2", "m=32,t=1,p=4", "m=40,t=1,p=5", "m=64,t=10,p=1"];
costs.push("m=64,t=11,p=1", "m=64,t=0,p=1", "m=64,t=1,p=0", "m=65536,t=1,p=4", "m=65537,t=1,p=1", "m=4294967295,t=1,p=1");
costs.push("t=1,m=64,p=1", "p=1,t=1,m=64", "m=64,m=64,t=1", "m=64,t=1", "m=64,t=1,p=1,x=1", "m=064,t=1,p=1", "m=+64,t=1,p=1");
costs.push("m=64,t=1,p=", "m=64,t=1,p=1,", "m=64,,t=1,p=1", "m=64, t=1,p=1", "m=6e1,t=1,p=1", "m=64,t=1,p=1=1", "");
const cases = costs.map((costs) => phc({ costs }));
for (const length of [0, 1, 10, 11, 12, 13, 21, 22, 23, 43, 63, 64, 65, 68]) cases.push(phc({ salt: "A".repeat(length) }));
for (const length of [0, 13, 14, 15, 16, 17, 18, 42, 43, 44, 85, 86, 87, 90]) cases.push(phc({ tag: "A".repeat(length) }));
for (const end of ["B", "A=", "-", ".", " "]) {
  const text = "A".repeat(42) + end;
  cases.push(phc({ tag: text }), phc({ salt: text }));
}
for (const algorithm of ["argon2i", "argon2d", "argon2", "ARGON2ID", "scrypt", ""]) cases.push(phc({ algorithm }));
for (const version of ["v=16", "v=18", "v=20", "v=019", "v=", "19"]) cases.push(phc({ version }));
cases.push(
  "",
  "$",
  "plain",
  phc({}).slice(1),
  ` ${phc({})}`,
  `${phc({})} `,
  `${phc({})}\n`,
  `${phc({})}$`,
  phc({}).replace("$v=19", ""),
);
/** Holds Argon2id against that of the wasm. Returns the number of stored hashes of which both said the same. */
export async function hashesAreTheSame(native, wasm) {
  for (const password of ["a", "pässword", "nul\0\u0001", " ", "x".repeat(1023), "x".repeat(1024), "😀"]) {
    const hash = await native.hash(password, SALT);
    assert.equal(hash, await wasm.hash(password, SALT));
    for (const passwords of [native, wasm]) {
      assert.equal(await passwords.verify(password, hash), "match");
      assert.equal(await passwords.verify(password.replace(/.$/su, "?"), hash), "no_match");
    }
  }

  for (const password of ["", "x".repeat(1025), "\ud800", 1, Symbol("x"), undefined])
    for (const passwords of [native, wasm]) {
      await assert.rejects(passwords.hash(password, SALT), { name: "TypeError" });
      await assert.rejects(passwords.verify(password, phc({})), { name: "TypeError" });
      await assert.rejects(passwords.verify(password, "plain"), { name: "TypeError" });
    }
  for (const salt of ["", SALT.slice(2), `${SALT}00`, SALT.toUpperCase(), undefined])
    for (const passwords of [native, wasm]) await assert.rejects(passwords.hash("a", salt), { name: "TypeError" });

  const seen = {};
  for (const stored of cases) {
    const verdict = await wasm.verify("any", stored);
    assert.equal(await native.verify("any", stored), verdict, stored);
    seen[verdict] = (seen[verdict] ?? 0) + 1;
  }
  assert.ok(seen.no_match > 10 && seen.unreadable > 40, JSON.stringify(seen));
  return cases.length;
}
