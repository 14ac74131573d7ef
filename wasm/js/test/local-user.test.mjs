import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { test } from "node:test";
import { addUser, createHandler, loadCore, setUserStatus } from "ssokey";
import { memoryStorage } from "ssokey/memory";
import { check, partnerFile, start } from "./cli.mjs";
import { tablesOf, temporaryFile } from "./database.mjs";
import { keyOf, signOn } from "./partner.mjs";

const COMPANY = "it@partner.example";
const ANN = { email: "ann@partner.example", password: "local secret" };

/** A storage with a company, the handler over it, and the partner's and the user's own way in. */
async function world() {
  const storage = memoryStorage();
  const ssokey = await keyOf(storage);
  const ask = async (request, over = storage) => (await (await createHandler({ storage: over }))(request)).json();
  const partner = async (password, over) => ask(signOn(ssokey, password), over);
  const direct = async (password) => {
    const body = new URLSearchParams({ userid: ANN.email, password, company: "partner.example" });
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
  const added = await addUser(storage, "IT@partner.example", { ...ANN, email: "Ann@Partner.example" });
  assert.deepEqual(added, { userId: 1, email: ANN.email, status: "enabled", managedBy: "local" });
  assert.ok(!JSON.stringify(storage.dump()).includes(ANN.password));
  await isAnns(ways);
});

test("of a user who is there already nothing is changed", async () => {
  const { storage, partner } = await world();
  await partner("partner's");
  const before = storage.dump();
  await assert.rejects(addUser(storage, COMPANY, ANN), { name: "OperatorError", refusal: "user_exists" });
  assert.deepEqual(storage.dump(), before);
});

test("a sign-on just before the user is managed here is answered, and its password and token do not last", async () => {
  const { storage, ...ways } = await world();
  let answer;
  const interleaved = {
    ...storage,
    async setUserManager(...change) {
      answer = await ways.partner("partner's");
      return storage.setUserManager(...change);
    },
  };
  await addUser(interleaved, COMPANY, ANN);
  assert.equal(answer.stat, "ok");
  assert.ok(await ways.isEnded(answer));
  await isAnns(ways);
});

test("a sign-on that comes to its write only afterwards stores nothing", async () => {
  const { storage, ...ways } = await world();
  let late;
  const begin = (reached) => {
    const replacePassword = async (swap) => {
      reached();
      await adding;
      return storage.replacePassword(swap);
    };
    late = ways.partner("partner's", { ...storage, replacePassword });
  };
  const setUserManager = async (...change) => {
    await new Promise(begin);
    return storage.setUserManager(...change);
  };
  const adding = addUser({ ...storage, setUserManager }, COMPANY, ANN);
  await adding;
  assert.equal((await late).error.name, "identity_unavailable");
  await isAnns(ways);
});

/** The storage, in which a sign-on comes before the user is managed here, and a change after each reading of the user. */
function changing(storage, partner, change) {
  return {
    ...storage,
    async setUserManager(...call) {
      await partner("partner's");
      return storage.setUserManager(...call);
    },
    async findUser(...call) {
      const user = await storage.findUser(...call);
      await change();
      return user;
    },
  };
}

test("the password is stored again after another operator changed the user in between, but not for ever", async () => {
  const { storage, ...ways } = await world();
  const disable = () => setUserStatus(storage, COMPANY, ANN.email, "disabled");
  let changes = 0;
  const once = changing(storage, ways.partner, async () => {
    changes += 1;
    if (changes === 1) await disable();
  });
  assert.equal((await addUser(once, COMPANY, ANN)).status, "disabled");
  await setUserStatus(storage, COMPANY, ANN.email, "enabled");
  await isAnns(ways);

  const other = await world();
  const always = changing(other.storage, other.partner, () => setUserStatus(other.storage, COMPANY, ANN.email, "disabled"));
  await assert.rejects(addUser(always, COMPANY, ANN), /others keep changing the user/);
});

test("what a storage fails at in between is not hidden", async () => {
  const { storage } = await world();
  const failing = { ...storage, setUserManager: () => Promise.reject(new Error("full")) };
  await assert.rejects(addUser(failing, COMPANY, ANN), /full/);
  const forgetful = { ...storage, findUser: async () => undefined };
  await assert.rejects(addUser(forgetful, COMPANY, { ...ANN, email: "bob@partner.example" }), /does not find a user/);
});

const LONGEST = "\u0001".repeat(1024);
for (const password of [LONGEST, "é".repeat(512), " ", "\n"])
  test(`a password of ${password.length} times ${JSON.stringify(password[0])} is one`, async () => {
    const { storage, direct } = await world();
    await addUser(storage, COMPANY, { ...ANN, password });
    assert.equal((await direct(password)).stat, "ok");
  });

const REFUSED = [
  { title: "no password", draft: { password: "" }, refusal: "invalid_password" },
  { title: "a password of 1,025 bytes", draft: { password: `${LONGEST}x` }, refusal: "invalid_password" },
  { title: "a password of more bytes than a request has", draft: { password: "x".repeat(20_000) }, refusal: "invalid_password" },
  { title: "half a character", draft: { password: "\ud800" }, refusal: "invalid_password" },
  { title: "no e-mail", draft: { email: "ann" }, refusal: "invalid_email" },
  { title: "another company", company: "it@other.example", refusal: "unknown_company" },
];
for (const { title, draft, company = COMPANY, refusal } of REFUSED)
  test(`a user with ${title} is refused, and nothing is changed`, async () => {
    const { storage } = await world();
    const before = storage.dump();
    await assert.rejects(addUser(storage, company, { ...ANN, ...draft }), { name: "OperatorError", refusal });
    assert.deepEqual(storage.dump(), before);
  });

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
  const user = { userId: 1, email: "ann@partner.example", status: "enabled", managedBy: "local" };
  assert.deepEqual(ann, { code: 0, signal: null, stdout: `${JSON.stringify(user)}\n`, stderr: "" });
  assert.deepEqual(bob, { code: 0, signal: null, stdout: "user 2: bob@partner.example, enabled, managed by local\n", stderr: "" });
  const { passwords } = await loadCore();
  for (const { password_hash } of (await tablesOf(path)).users) assert.equal(await passwords.verify("s3cret", password_hash), "match");
  assert.ok(!readFileSync(path).includes("s3cret"));
});

const WRONG = [
  { title: "no password", input: "\n", code: 2, says: /a password has 1 to 1,024 bytes of UTF-8; give another one/ },
  { title: "a password without end", input: "s3cret".repeat(100_000), code: 2, says: /1 to 1,024 bytes/ },
  { title: "a cut character at the limit", input: `x${"é".repeat(10_000)}`, code: 2, says: /1 to 1,024 bytes/ },
  { title: "a password in another encoding", input: Buffer.from("s3cret\xe9", "latin1"), code: 2, says: /the password is no UTF-8; convert/ },
  { title: "no such file", change: ["--password-file", "none"], code: 2, says: /cannot read the password: there is no such file/ },
  { title: "an unknown company", change: ["--email", "it@s.example"], code: 1, says: /no company has registered this e-mail; add the company first/ },
];
for (const { title, input = "s3cret", change = [], code, says } of WRONG) {
  test(`${title} is told, and the password is not`, async (context) => {
    const path = await partnerFile(context);
    const outcome = await add(input, ["--user", "ann@partner.example", "--db", path, "--email", COMPANY, ...change]);
    assert.match(outcome.stderr, says);
    assert.doesNotMatch(outcome.stderr, /s3cret|    at /);
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
  assert.match(again.stderr, /has a user with this e-mail already; say who manages it with `ssokey user manage`/);
  assert.equal(again.code, 1);
  assert.deepEqual((await tablesOf(path)).users, users);
  await check({ args: ["user", "add", ...of, temporaryFile(context)], code: 1, says: /there is no database at/ });
});
