// A storage that fails, lies or breaks, 2,000 times in a row: the answers are those of the format, and the next call works.

import assert from "node:assert/strict";
import { test } from "node:test";
import { instancesOf } from "./components.mjs";
import { importsBy } from "./face.mjs";
import { COMPANY } from "./record.mjs";

const TIMES = 2000;
const KEY = "ssok_0x2Q90BnVwyqXEBh5rWMRG4VSIFBhkjcMWcdTlnmW8a0dGdsX";
const SIGN_ON = {
  method: "GET",
  path: "/api/sso/authenticate",
  query: new TextEncoder().encode(`email=ada%40partner.example&password=x&ssokey=${KEY}&product=livechat`),
  contentEncoding: [],
  authorization: [],
  body: { tag: "bytes", val: new Uint8Array() },
};
const MOMENT = { now: 1_700_000_000_000n, entropy: new Uint8Array(80).fill(7) };
const ANSWERS = { admit: { reply: "admitted" }, find_key: { reply: "none" }, audit: { reply: "done" } };

const instantiate = await instancesOf("embedded");

/** Over a storage whose `find_key` does this; every other call is answered well. */
function over(findKey) {
  const imports = importsBy((call) => ANSWERS[call.call] ?? { reply: "none" });
  const { findKey: sound } = imports["ssokey:sso/storage"];
  let isSound = false;
  const storage = { ...imports["ssokey:sso/storage"], findKey: (digest) => (isSound ? sound(digest) : findKey(digest)) };
  const { authority } = instantiate({ ...imports, "ssokey:sso/storage": storage });
  return {
    ask: () => authority.handle(SIGN_ON, {}, MOMENT),
    mend: () => {
      isSound = true;
    },
  };
}

for (const [what, findKey, status, name] of [
  ["fails", () => fail(undefined), 503, "storage_unavailable"],
  ["throws what is no error", () => fail("gone"), 503, "storage_unavailable"],
  // Its records are read: what is refused below is refused for the lie.
  ["has a disabled key", (digest) => keyWith(digest, { status: "disabled" }), 401, "invalid_ssokey"],
  ["lies of the key", (digest) => keyWith(digest, { digest: "0".repeat(64) }), 500, "internal"],
  ["lies of an id", (digest) => keyWith(digest, { id: 0n }), 500, "internal"],
  ["lies of the company", (digest) => keyWith(digest, {}, { domain: "Partner.Example" }), 500, "internal"],
])
  test(`a storage that ${what}, ${TIMES} times, is answered with ${name}, and the next call works`, () => {
    const { ask, mend } = over(findKey);
    for (let at = 0; at < TIMES; at += 1) {
      const response = ask();
      assert.equal(response.status, status);
      assert.equal(JSON.parse(response.body).error.name, name);
    }
    mend();
    assert.equal(ask().status, 401);
  });

test(`an instance that traps, ${TIMES} times, is replaced, and the next call works`, (t) => {
  for (let at = 0; at < TIMES; at += 1) {
    let isBroken = false;
    // A text in the place of a number is no value of the type: jco throws between the storage and the component.
    const { ask } = over((digest) => (isBroken ? keyWith(digest, { id: "one" }) : undefined));
    assert.equal(ask().status, 401);
    isBroken = true;
    assert.throws(ask, { name: "SyntaxError" });
  }
  t.diagnostic(`${Math.round(process.memoryUsage().rss / 1e6)} MB of memory after ${TIMES} instances`);
});

function fail(payload) {
  throw Object.assign(new Error("the database is gone"), { payload });
}

function keyWith(digest, members, companyMembers = {}) {
  const key = { id: 5n, digest, companyId: COMPANY.id, status: "enabled", ...members };
  return { key, company: { ...COMPANY, ...companyMembers } };
}
