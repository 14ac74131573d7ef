// `ssokey/raw`: what is wrong with what a host puts together is told by its name, and nothing is decided by it.

import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { test } from "node:test";
import { loadCore } from "ssokey";
import { memoryStorage } from "ssokey/memory";
import { loadOperatorCore } from "ssokey/operator";
import { answerBy, answerOperatorBy, carryOut, decide } from "ssokey/raw";
import { fields, keyOf } from "./partner.mjs";

const core = await loadCore();
const configured = core.configure({});
const operator = (await loadOperatorCore()).configure({});
const MOMENT = { now: Date.now(), entropy: randomBytes(80) };
const STORAGE = memoryStorage();
const REQUEST = {
  method: "POST",
  path: "/api/sso/authenticate",
  query: new Uint8Array(),
  contentType: "application/x-www-form-urlencoded",
  contentEncoding: [],
  authorization: [],
  body: new TextEncoder().encode(fields(await keyOf(STORAGE), "one")),
  source: undefined,
};

const unasked = () => assert.fail("nothing is asked for");

test("a request is decided, and a command carried out", async () => {
  const answer = answerBy(STORAGE, core, unasked);
  assert.equal((await decide(configured, REQUEST, MOMENT, answer)).status, 200);
  assert.equal((await decide(configured, { ...REQUEST, body: "too_large" }, MOMENT, answer)).status, 413);
  const { status } = await carryOut(operator, { command: "purge" }, MOMENT, answerOperatorBy(STORAGE, core));
  assert.equal(status, 200);
});

const MOMENTS = [
  ["entropy as text", { entropy: randomBytes(80).toString("latin1") }, "entropy"],
  ["entropy as hexadecimal text", { entropy: randomBytes(80).toString("hex") }, "entropy"],
  ["entropy of larger numbers", { entropy: crypto.getRandomValues(new Uint32Array(80)) }, "entropy"],
  ["entropy in an array", { entropy: [...randomBytes(80)] }, "entropy"],
  ["entropy that is too short", { entropy: randomBytes(79) }, "entropy"],
  ["no entropy", { entropy: undefined }, "entropy"],
  ["a time as text", { now: "0" }, "now"],
  ["half a millisecond", { now: 0.5 }, "now"],
  ["a time before 1970", { now: -1 }, "now"],
  ["a time that no number holds", { now: 2 ** 53 }, "now"],
];

for (const [title, wrong, name] of MOMENTS)
  test(`${title}: refused by decide and carryOut`, async () => {
    const moment = { ...MOMENT, ...wrong };
    const error = { name: "SettingsError", message: new RegExp(`^\`${name}\`.* must be`) };
    await assert.rejects(decide(configured, REQUEST, moment, unasked), error);
    await assert.rejects(carryOut(operator, { command: "purge" }, moment, unasked), error);
  });

for (const [name, ...wrong] of [
  ["method", 5, undefined],
  ["path", null, {}],
  ["query", "a=b", [97]],
  ["contentType", 5],
  ["authorization", "Bearer x", [5], undefined],
  ["contentEncoding", "gzip", undefined],
  ["source", 5],
  ["body", "a=b", undefined, null, new Uint16Array(2)],
])
  test(`a request whose \`${name}\` is wrong is refused by its name`, async () => {
    for (const value of wrong) {
      const error = { name: "TypeError", message: new RegExp(`^\`${name}\` of the request must be`) };
      await assert.rejects(decide(configured, { ...REQUEST, [name]: value }, MOMENT, unasked), error);
    }
  });

test("what the core refuses on purpose is an error with words", () => {
  assert.throws(() => configured.begin({ ...REQUEST, method: 5 }, MOMENT), {
    name: "TypeError",
    message: "the head cannot be read",
  });
});

test("an answerer that gives nothing ends the decision with 500", async () => {
  assert.equal((await decide(configured, REQUEST, MOMENT, async () => undefined)).status, 500);
});

for (const [title, given, message] of [
  ["no storage", [null, core, unasked], /the storage must be given/],
  ["no passwords", [STORAGE, {}, unasked], /`passwords` must be given/],
  ["passwords that cannot hash", [STORAGE, { passwords: { verify: async () => "match" } }, unasked], /no method `hash`/],
  ["no parts", [STORAGE, undefined, unasked], /the parts must be given/],
])
  test(`answers by ${title} are refused at once`, () => {
    for (const answer of [answerBy, answerOperatorBy]) assert.throws(() => answer(...given), { name: "SettingsError", message });
  });

test("answers without a function for errors are refused at once", () => {
  assert.throws(() => answerBy(STORAGE, core), { name: "SettingsError", message: /`onError` must be a function/ });
});
