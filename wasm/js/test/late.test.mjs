// A write that failed may be applied later. Each write is: after the answer 5030, and after what others have done by then.

import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { test } from "node:test";
import { createHandler } from "ssokey";
import { memoryStorage } from "ssokey/memory";
import { setCompanyStatus, setKeyStatus, setProduct, setUserManager, setUserStatus } from "ssokey/operator";
import { COMPANY as companyEmail, fields, keyOf } from "./partner.mjs";

const userEmail = "ann@partner.example";
const WRITES = ["createUser", "replacePassword", "rehashPassword", "saveToken", "saveCode", "takeCode", "revokeToken"];
/** The costs are not today's, so that each match stores the password anew. */
const passwords = {
  hash: async (password) => `$plain$${password}`,
  verify: async (password, hash) => (hash === `$plain$${password}` ? "match" : "no_match"),
};

/** A partner's site of which the write at `at`, counted from {@link arm}, fails at first. `wrong` replaces methods of its storage. */
async function siteOf(wrong = () => ({})) {
  const memory = memoryStorage();
  const ssokey = await keyOf(memory);
  const { secret } = await setProduct(memory, { name: "email", launchUrl: "https://mail.example/in" });
  const storage = { ...memory, ...wrong(memory) };
  let countdown = Number.POSITIVE_INFINITY;
  let late;
  const held = Object.fromEntries(
    WRITES.map((name) => [
      name,
      async (...given) => {
        countdown -= 1;
        if (countdown !== 0) return storage[name](...given);
        late = { expectedVersion: given[0].expectedVersion, apply: () => storage[name](...structuredClone(given)) };
        throw new Error("no answer");
      },
    ]),
  );
  const handler = await createHandler({ storage: { ...storage, ...held }, passwords, onError() {} });
  const post = async (path, body, bearer) => {
    const headers = bearer === undefined ? {} : { authorization: `Bearer ${bearer}` };
    const response = await handler(new Request(`https://sso.example${path}`, { method: "POST", body, headers }));
    return { status: response.status, location: response.headers.get("location"), ...(await response.json()) };
  };
  const isValid = async (token) =>
    (await handler(new Request("https://sso.example/api/session", { headers: { authorization: `Bearer ${token}` } }))).status ===
    200;
  return {
    memory,
    arm(at) {
      countdown = at;
      late = undefined;
    },
    late: () => late,
    isValid,
    signOn: (password) => post("/api/sso/authenticate", fields(ssokey, password)),
    launch: (password) => post("/api/sso/login", fields(ssokey, password)),
    exchange: (code) => post("/api/sso/exchange", new URLSearchParams({ code, product: "email" }), secret),
    direct: (password) =>
      post("/api/authenticate", new URLSearchParams({ userid: userEmail, password, company: "partner.example" })),
    signOut: (token) => post("/api/signout", new URLSearchParams(), token),
  };
}

const sha256 = (text) => createHash("sha256").update(text).digest("hex");
const codeOf = ({ location }) => new URL(location).searchParams.get("code");

/** What is asked for, over a site of which a `token` and a `code` of the password `old` are known. */
const REQUESTS = {
  "a first sign-on": { isFirst: true, ask: ({ signOn }) => signOn("one") },
  "a sign-on that matches": { ask: ({ signOn }) => signOn("old") },
  "a sign-on that replaces": { ask: ({ signOn }) => signOn("one") },
  "a first launch": { isFirst: true, ask: ({ launch }) => launch("one") },
  "a launch that replaces": { ask: ({ launch }) => launch("one") },
  "an exchange": { isOnce: true, ask: ({ exchange }, { code }) => exchange(code) },
  "a direct sign-in": { ask: ({ direct }) => direct("old") },
  "a sign-out": { ask: ({ signOut }, { token }) => signOut(token) },
};

const user = { companyEmail, userEmail };
/** What others do before the late write is applied. */
const MEANWHILE = {
  nothing: async () => {},
  "the same again": (site, known, { ask }) => ask(site, known),
  "a sign-on with a third password": ({ signOn }) => signOn("two"),
  "the password and back": async ({ signOn }) => [await signOn("two"), await signOn("old")],
  "a sign-out": ({ signOut }, { token }) => token && signOut(token),
  "the user's end": ({ memory }) => setUserStatus(memory, { ...user, status: "disabled" }).catch(() => {}),
  "the user's end and return": async ({ memory }) => {
    for (const status of ["disabled", "enabled"]) await setUserStatus(memory, { ...user, status }).catch(() => {});
  },
  "the user's password becoming local": ({ memory }) => setUserManager(memory, { ...user, managedBy: "local" }).catch(() => {}),
  "the key's end": ({ memory }) => setKeyStatus(memory, { companyEmail, keyId: 1, status: "revoked" }),
  "the company's end": ({ memory }) => setCompanyStatus(memory, { companyEmail, status: "disabled" }),
};

/** The tokens among the answers that are valid now. */
async function valid({ isValid }, tokens) {
  const states = await Promise.all(tokens.map(isValid));
  return tokens.filter((_, index) => states[index]);
}

const tokenIn = (answer) => [answer].flat().flatMap((answer) => answer?.return?.token ?? []);

/** Plays one case; returns whether the request has a write at `at`. */
async function play({ request, meanwhile, at, wrong }) {
  const site = await siteOf(wrong);
  const known = {};
  if (!request.isFirst) {
    known.code = codeOf(await site.launch("old"));
    known.token = (await site.signOn("old")).return.token;
  }
  site.arm(at);
  const answer = await request.ask(site, known);
  const late = site.late();
  if (late === undefined) return false;
  // A match goes on where its hash could not be stored anew.
  assert.ok(answer.error?.code === 5030 || answer.stat === "ok", JSON.stringify(answer));
  const shown = [known.token, ...tokenIn(answer), ...tokenIn(await meanwhile(site, known, request))].filter(Boolean);

  const before = site.memory.dump();
  const validBefore = await valid(site, shown);
  await late.apply().catch(() => {});
  const { users, codes } = site.memory.dump();

  assert.equal(
    new Set(users.map(({ companyId, email }) => `${companyId} ${email}`)).size,
    users.length,
    "one user for each e-mail",
  );
  for (const old of before.users) {
    const now = users.find(({ id }) => id === old.id);
    assert.ok(now.credentialVersion >= old.credentialVersion, "versions only rise");
    assert.deepEqual([now.status, now.managedBy], [old.status, old.managedBy]);
    const isAsExpected = old.credentialVersion === late.expectedVersion;
    assert.ok(now.passwordHash === old.passwordHash || isAsExpected, "no older password comes back");
  }
  const isTaken = !before.codes.some(({ digest }) => digest === sha256(known.code ?? ""));
  assert.ok(!isTaken || !codes.some(({ digest }) => digest === sha256(known.code ?? "")), "no code that was taken comes back");
  const validAfter = await valid(site, shown);
  assert.deepEqual(
    validAfter.filter((token) => !validBefore.includes(token)),
    [],
    "no token that was ended comes back",
  );

  const again = await request.ask(site, known);
  const isRefused = ![200, 303].includes(again.status);
  // What a taker took, nobody takes again; all else is refused only where the operator has ended it.
  const isEnded = meanwhile !== MEANWHILE.nothing && meanwhile !== MEANWHILE["the same again"];
  assert.ok(!isRefused || request.isOnce || isEnded, `${again.status} ${again.error?.name}`);
  assert.notEqual(again.error?.code, 5030);
  return true;
}

for (const [name, request] of Object.entries(REQUESTS))
  for (const [what, meanwhile] of Object.entries(MEANWHILE))
    test(`${name}, ${what}, and then each of its writes that failed`, async () => {
      let at = 1;
      while (await play({ request, meanwhile, at })) at += 1;
      assert.ok(at > 1, "there was none");
    });

test("a storage whose writes have no condition is found out", async () => {
  const wrong = (memory) => ({
    async replacePassword(swap) {
      const [{ credentialVersion }] = memory.dump().users;
      return memory.replacePassword({ ...swap, expectedVersion: credentialVersion });
    },
  });
  const request = REQUESTS["a sign-on that replaces"];
  const meanwhile = MEANWHILE["a sign-on with a third password"];
  await assert.rejects(play({ request, meanwhile, at: 1, wrong }), /no older password comes back/);
});
