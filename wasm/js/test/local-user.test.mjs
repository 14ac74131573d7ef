import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { test } from "node:test";
import { createHandler, loadCore } from "ssokey";
import { memoryStorage } from "ssokey/memory";
import { addUser } from "ssokey/operator";
import { check, partnerFile, start } from "./cli.mjs";
import { tablesOf, temporaryFile } from "./database.mjs";
import { COMPANY, keyOf, signOn } from "./partner.mjs";

const ANN = { companyEmail: COMPANY, userEmail: "ann@partner.example", password: "local secret" };

/** A storage with a company, the handler over it, and the partner's and the user's own way in. */
async function world() {
  const storage = memoryStorage();
  const ssokey = await keyOf(storage);
  const ask = async (request, over = storage) => (await (await createHandler({ storage: over }))(request)).json();
  const partner = async (password, over) => ask(signOn(ssokey, password), over);
  const direct = async (password) => {
    const body = new URLSearchParams({ userid: ANN.userEmail, password, company: "partner.example" });
    return ask(new Request("http://sso.example/api/authenticate", { method: "POST", body }));
  };
  const isEnded = async ({ return: { token } }) => {
    const headers = { authorization: `Bearer ${token}` };
    return (await ask(new Request("http://sso.example/api/session", { headers }))).stat === "fail";
  };
  return { storage, partner, direct, isEnded };
}

/** The operator's password counts, and no other; whatever the partner does. */
async function isAnns({ partner, direct }) {
  assert.equal((await direct(ANN.password)).stat, "ok");
  assert.equal((await partner("partner's")).error.name, "identity_unavailable");
  assert.equal((await direct("partner's")).error.name, "invalid_credentials");
  assert.equal((await direct(ANN.password)).stat, "ok");
}

test("a user is added whom the partner cannot give another password", async () => {
  const { storage, ...ways } = await world();
  const added = await addUser(storage, { ...ANN, companyEmail: "IT@partner.example", userEmail: "Ann@Partner.example" });
  const { userId, status, managedBy } = added;
  assert.deepEqual({ userId, status, managedBy }, { userId: 1, status: "enabled", managedBy: "local" });
  assert.ok(!JSON.stringify(storage.dump()).includes(ANN.password));
  await isAnns(ways);
});

test("of a user who is there already nothing is changed", async () => {
  const { storage, partner } = await world();
  await partner("partner's");
  const before = storage.dump();
  await assert.rejects(addUser(storage, ANN), { name: "OperatorError", code: 4093 });
  assert.deepEqual(storage.dump(), before);
});

test("a sign-on that comes to create the user whom the operator has just added changes nothing", async () => {
  const { storage, ...ways } = await world();
  const begun = resolvers();
  // The sign-on has found nobody, and creates only when the operator has.
  const createUser = async (...created) => {
    await begun.promise;
    return storage.createUser(...created);
  };
  const late = ways.partner("partner's", { ...storage, createUser });
  await addUser(storage, ANN);
  begun.resolve();
  assert.equal((await late).error.name, "identity_unavailable");
  await isAnns(ways);
});

const LONGEST = "\u0001".repeat(1024);
for (const password of [LONGEST, "é".repeat(512), " ", "\n"])
  test(`a password of ${password.length} times ${JSON.stringify(password[0])} is one`, async () => {
    const { storage, direct } = await world();
    await addUser(storage, { ...ANN, password });
    assert.equal((await direct(password)).stat, "ok");
  });

const REFUSED = [
  { title: "no password", members: { password: "" }, code: 4003 },
  { title: "a password of 1,025 bytes", members: { password: `${LONGEST}x` }, code: 4003 },
  { title: "a password of more bytes than a request has", members: { password: "x".repeat(20_000) }, code: 4003 },
  { title: "no e-mail", members: { userEmail: "ann" }, code: 4003 },
  { title: "an unknown company", members: { companyEmail: "it@other.example" }, code: 4040 },
];
for (const { title, members, code } of REFUSED)
  test(`a user with ${title} is refused, and nothing is changed`, async () => {
    const { storage } = await world();
    const before = storage.dump();
    await assert.rejects(addUser(storage, { ...ANN, ...members }), { name: "OperatorError", code });
    assert.deepEqual(storage.dump(), before);
  });

function resolvers() {
  let resolve;
  const promise = new Promise((settle) => (resolve = settle));
  return { promise, resolve };
}

/** Runs `ssokey user add` with that on standard input. */
async function add(input, args) {
  const { child, ended } = start(["user", "add", ...args], { stdio: ["pipe", "pipe", "pipe"] });
  // It may end without reading all of it.
  child.stdin.on("error", () => {});
  child.stdin.end(input);
  return ended;
}

test("the command takes the password from standard input or a file, without its line end, and shows it nowhere", async (context) => {
  const path = await partnerFile(context);
  const of = ["--db", path, "--email", "IT@partner.example"];
  const file = join(dirname(path), "bob.password");
  writeFileSync(file, "s3cret\r\n");
  const ann = await add("s3cret\n", [...of, "--user", "Ann@partner.example", "--json"]);
  const bob = await add("", [...of, "--user", "bob@partner.example", "--password-file", file]);
  const email = "ann@partner.example";
  const said = { loginId: email, displayName: email, isCreator: false, isCompanyAdmin: false, permissions: [] };
  const user = { userId: 1, email, ...said, status: "enabled", managedBy: "local" };
  assert.deepEqual(ann, { code: 0, signal: null, stdout: `${JSON.stringify(user)}\n`, stderr: "" });
  assert.deepEqual(bob, {
    code: 0,
    signal: null,
    stdout: "user 2: bob@partner.example, enabled, managed by local\n",
    stderr: "",
  });
  const { passwords } = await loadCore();
  for (const { password_hash } of (await tablesOf(path)).users)
    assert.equal(await passwords.verify("s3cret", password_hash), "match");
  assert.ok(!readFileSync(path).includes("s3cret"));
});

const WRONG = [
  { title: "no password", input: "\n", code: 2, says: /the password must be a string of 1 to 1024 bytes/ },
  { title: "a password without end", input: "s3cret".repeat(100_000), code: 2, says: /1 to 1024 bytes/ },
  { title: "a cut character at the limit", input: `x${"é".repeat(10_000)}`, code: 2, says: /1 to 1024 bytes/ },
  {
    title: "a password in another encoding",
    input: Buffer.from("s3cret\xe9", "latin1"),
    code: 2,
    says: /the password is not UTF-8; convert/,
  },
  {
    title: "no such file",
    change: ["--password-file", "none"],
    code: 2,
    says: /cannot read the password: there is no such file/,
  },
  {
    title: "an unknown company",
    change: ["--email", "it@s.example"],
    code: 1,
    says: /no company has registered this e-mail; see which there are with `ssokey company list`/,
  },
];
for (const { title, input = "s3cret", change = [], code, says } of WRONG) {
  test(`${title} is told, and the password is not`, async (context) => {
    const path = await partnerFile(context);
    const outcome = await add(input, ["--user", "ann@partner.example", "--db", path, "--email", COMPANY, ...change]);
    assert.match(outcome.stderr, says);
    assert.doesNotMatch(outcome.stderr, /s3cret| {4}at /);
    assert.deepEqual([outcome.code, outcome.stdout], [code, ""]);
    assert.deepEqual((await tablesOf(path)).users, []);
  });
}

test("a user who is there already, and a database that is not, are told", async (context) => {
  const path = await partnerFile(context);
  const of = ["--user", "ann@partner.example", "--email", COMPANY, "--db"];
  await add("first", [...of, path]);
  const { users } = await tablesOf(path);
  const again = await add("second", [...of, path]);
  assert.match(again.stderr, /the company has a user with this e-mail; see .*`ssokey user list`/);
  assert.equal(again.code, 1);
  assert.deepEqual((await tablesOf(path)).users, users);
  await check({ args: ["user", "add", ...of, temporaryFile(context)], code: 1, says: /there is no database at/ });
});
