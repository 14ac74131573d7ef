// What the operator sets for answers to say, and stored hashes, on the command line and in answers.

import assert from "node:assert/strict";
import { test } from "node:test";
import { createHandler, UnreadableHashError } from "ssokey";
import { memoryStorage } from "ssokey/memory";
import { addUser } from "ssokey/operator";
import { sqliteStorage } from "ssokey/sqlite";
import { check, partnerFile, run } from "./cli.mjs";
import { newUser } from "./contract.mjs";
import { keyOf } from "./partner.mjs";

const EMAIL = ["--email", "it@partner.example"];
const ANN = ["--user", "ann@partner.example"];
const printed = async (...args) => {
  const { code, stdout, stderr } = await run(...args);
  assert.deepEqual({ code, stderr }, { code: 0, stderr: "" });
  return stdout;
};

/** Runs a step on the storage in a file. */
async function on(path, step) {
  const storage = await sqliteStorage({ url: `file:${path}` });
  try {
    return await step(storage);
  } finally {
    await storage.close();
  }
}

test("what answers say of a user and a company is set, and what is not given stays", async (context) => {
  const path = await partnerFile(context);
  const db = ["--db", path];
  await on(path, (storage) => storage.createUser(newUser(1, "ann@partner.example"), null));
  const user = ["user", "set", ...db, ...EMAIL, ...ANN];
  assert.equal(
    await printed(...user, "--display-name", "Ann Lee", "--permissions", "read, write"),
    "user ann@partner.example: set\n",
  );
  const [{ permissions }] = JSON.parse(await printed("user", "list", ...db, ...EMAIL, "--json"));
  assert.deepEqual(permissions, ["read", "write"]);
  const flags = await printed(...user, "--creator", "true", "--company-admin", "true", "--login-id", "ann", "--json");
  const said = { user: "ann@partner.example", loginId: "ann", isCreator: true, isCompanyAdmin: true };
  assert.deepEqual(JSON.parse(flags), said);
  await printed(...user, "--creator", "false", "--permissions", "");
  const [ann] = JSON.parse(await printed("user", "list", ...db, ...EMAIL, "--json"));
  const { userId, email, status, managedBy, ...rest } = ann;
  const expected = { loginId: "ann", displayName: "Ann Lee", isCreator: false, isCompanyAdmin: true, permissions: [] };
  assert.deepEqual(rest, expected);

  await printed("company", "set", ...db, ...EMAIL, "--name", "Partner plc", "--domain-mx-verified", "true");
  const [company] = JSON.parse(await printed("company", "list", ...db, "--json"));
  assert.deepEqual(
    [company.name, company.accountType, company.domainOwnershipVerified, company.domainMxVerified],
    ["Partner plc", "ENTERPRISE", false, true],
  );
});

// proves: SSO-RULE-010
test("the domains of a company's new users are given, listed, set and lifted", async (context) => {
  const path = await partnerFile(context);
  const db = ["--db", path];
  const domains = async () =>
    JSON.parse(await printed("company", "list", ...db, "--json")).map(({ emailDomains }) => emailDomains.join(" "));
  const two = ["--name", "Two", "--domain", "two.example", "--email", "it@two.example"];
  const line = "company 2: Two, two.example, registered e-mail it@two.example, enabled";
  const added = await printed("company", "add", ...db, ...two, "--email-domains", "Two.example,mail.two.example");
  assert.equal(added, `${line}, new users of two.example mail.two.example\n`);
  assert.deepEqual(await domains(), ["", "two.example mail.two.example"]);
  const set = ["company", "set", ...db, ...EMAIL];
  const said = await printed(...set, "--email-domains", "partner.example", "--json");
  assert.deepEqual(JSON.parse(said), { email: EMAIL[1], emailDomains: ["partner.example"] });
  await printed(...set, "--name", "Partner plc");
  assert.deepEqual(await domains(), ["partner.example", "two.example mail.two.example"]);
  assert.equal(
    await printed("company", "set", ...db, "--email", "it@two.example", "--email-domains", ""),
    "company it@two.example: set\n",
  );
  assert.deepEqual(await domains(), ["partner.example", ""]);
});

test("what was set is printed as it is stored, however it was typed", async (context) => {
  const path = await partnerFile(context);
  const db = ["--db", path];
  await on(path, (storage) => storage.createUser(newUser(1, "ann@partner.example"), null));
  const email = "it@partner.example";
  const said = async (...args) => JSON.parse((await run(...args, "--json", ...db, "--email", "IT@Partner.example")).stdout);
  const ofAnn = (name, ...args) => said("user", name, "--user", "ANN@partner.Example", ...args);
  const user = "ann@partner.example";
  const domains = await said("company", "set", "--email-domains", "A.Example, a.example,B.example");
  const [{ emailDomains }] = JSON.parse(await printed("company", "list", ...db, "--json"));
  assert.deepEqual([domains, emailDomains], [{ email, emailDomains }, ["a.example", "b.example"]]);
  assert.deepEqual(await ofAnn("set", "--display-name", "Ann Lee"), { user, displayName: "Ann Lee" });
  assert.deepEqual(await ofAnn("manage", "--by", "local"), { user, managedBy: "local" });
  assert.deepEqual(await ofAnn("disable"), { user, status: "disabled" });
  assert.deepEqual(await ofAnn("sign-out"), { user });
  assert.deepEqual(await ofAnn("set", "--new-email", "ANN3@partner.Example"), { user, newEmail: "ann3@partner.example" });
  const renamed = ["--user", "Ann3@partner.example"];
  assert.equal((await said("user", "show", ...renamed)).user.email, "ann3@partner.example");
  assert.deepEqual(await said("user", "delete", "--yes", ...renamed), { user: "ann3@partner.example" });
  assert.deepEqual(await said("company", "disable"), { email, status: "disabled" });
  assert.deepEqual(await said("company", "sign-out"), { email });
  assert.deepEqual(await said("company", "delete", "--yes"), { email });
});

test("what cannot be set is told by its flag, and whom there is not by where to look", async (context) => {
  const db = ["--db", await partnerFile(context)];
  const user = ["user", "set", ...db, ...EMAIL, ...ANN];
  for (const { args, code, says } of [
    { args: [...user, "--display-name", ""], code: 2, says: /`--display-name` must have 1 to 254 characters/ },
    { args: [...user, "--permissions", "a,"], code: 2, says: /`--permissions` must be at most 100 texts/ },
    { args: [...user, "--creator", "yes"], code: 2, says: /Give true or false/ },
    { args: [...user, "--login-id", "ann"], code: 1, says: /no user with this e-mail; .*`ssokey user list`/ },
    {
      args: ["company", "set", ...db, ...EMAIL, "--email-domains", "a,"],
      code: 2,
      says: /`--email-domains` must be at most 100/,
    },
    { args: ["company", "set", ...db, "--email", "x@y.example", "--name", "x"], code: 1, says: /`ssokey company list`/ },
    { args: ["user", "hashes", ...db, "--email", "x@y.example"], code: 1, says: /`ssokey company list`/ },
    { args: ["user", "hashes", ...db, "--disable", "disabled"], code: 2, says: /current, other, unreadable/ },
    { args: ["user", "hashes", ...db, "--disable", "current"], code: 2, says: /`--disable` needs `--yes`/ },
  ])
    await check({ args, code, says });
});

test("where nothing is to be set, each flag that sets something is named", async (context) => {
  const db = ["--db", await partnerFile(context)];
  for (const of of [
    ["company", "set", ...EMAIL],
    ["user", "set", ...EMAIL, ...ANN],
  ]) {
    const { code, stderr } = await run(...of, ...db);
    const help = await printed(...of.slice(0, 2), "--help");
    const flags = [...help.split("Examples")[0].matchAll(/^ {2}(--[a-z-]+) </gm)].map(([, flag]) => flag);
    const given = ["--db", "--email", "--user", "--config"];
    assert.match(stderr, /^error: nothing is to be set; give `/);
    const named = stderr.match(/--[a-z-]+/g);
    assert.deepEqual(named.sort(), flags.filter((flag) => !given.includes(flag)).sort());
    assert.equal(code, 2);
  }
});

test("hashes are counted for all companies or one, and those of a kind are disabled", async (context) => {
  const path = await partnerFile(context);
  const db = ["--db", path];
  await printed("company", "add", ...db, "--name", "Other", "--domain", "other.example", "--email", "it@other.example");
  await on(path, async (storage) => {
    await storage.createUser({ ...newUser(1, "ann@partner.example"), passwordHash: "md5" }, null);
    await storage.createUser({ ...newUser(2, "bob@other.example"), passwordHash: "md5" }, null);
    await addUser(storage, { companyEmail: "it@other.example", userEmail: "eve@other.example", password: "one" });
  });
  const hashes = ["user", "hashes", ...db];
  assert.equal(await printed(...hashes), "current: 1\nother: 0\nunreadable: 2\ndisabled: 0\n");
  assert.equal(await printed(...hashes, ...EMAIL, "--disable", "unreadable", "--yes"), "disabled: 1\n");
  const counts = { current: 1, other: 0, unreadable: 1, disabled: 1 };
  assert.deepEqual(JSON.parse(await printed(...hashes, "--json")), counts);
});

test("answers say what was set, and a hash that cannot be read is told by company and call, and no value", async () => {
  const storage = memoryStorage();
  const ssokey = await keyOf(storage);
  await storage.createUser({ ...newUser(1, "ann@partner.example"), passwordHash: "pbkdf2_sha256$1$s3cret$" }, null);
  const members = { loginId: null, displayName: "Ann Lee", isCreator: null, isCompanyAdmin: null, permissions: ["read"] };
  await storage.setUser(1, 1, members, {});
  const told = [];
  const handler = await createHandler({ storage, onError: (error, call) => told.push({ error, call }) });
  const fields = { email: "ann@partner.example", password: "new", ssokey, product: "email" };
  const signOn = async () =>
    (await handler(new Request(`http://localhost/api/sso/authenticate?${new URLSearchParams(fields)}`))).json();
  const direct = new URLSearchParams({ userid: fields.email, password: "new", company: "partner.example" });
  const refused = await handler(new Request(`http://localhost/api/authenticate?${direct}`));
  assert.equal(refused.status, 401);
  const { displayName, permissions } = (await signOn()).return;
  assert.deepEqual([displayName, permissions], ["Ann Lee", ["read"]]);
  assert.equal((await handler(new Request(`http://localhost/api/authenticate?${direct}`))).status, 200);
  assert.deepEqual(
    told.map(({ error, call }) => [error instanceof UnreadableHashError, error.companyId, call]),
    [
      [true, 1, "verify_password"],
      [true, 1, "verify_password"],
    ],
  );
  assert.ok(!told.some(({ error }) => `${error.stack}${JSON.stringify(error)}`.includes("pbkdf2")));
});
