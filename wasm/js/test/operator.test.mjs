import assert from "node:assert/strict";
import { test } from "node:test";
import { memoryStorage } from "ssokey/memory";
import { sqliteStorage } from "ssokey/sqlite";
import { loadCore } from "../dist/core/node.js";
import { listUsers, rotateKey } from "../dist/operator/operator.js";
import { check, partnerFile, run } from "./cli.mjs";
import { newUser } from "./contract.mjs";
import { urlOf } from "./database.mjs";
import { keyOf } from "./partner.mjs";

const EMAIL = "it@partner.example";
const ANN = ["--user", "Ann@partner.example"];

test("users are listed, disabled, enabled and managed, and no hash is shown", async (context) => {
  const path = await partnerFile(context);
  const storage = await sqliteStorage({ url: urlOf(path) });
  await storage.createUser(newUser(1));
  storage.close();
  const of = ["--db", path, "--email", EMAIL];
  const listed = async () => (await run("user", "list", ...of, "--json")).stdout;
  const nobody = ["--db", path, "--email", "it@other.example"];
  await check({ args: ["user", "list", ...nobody, "--json"], code: 1, says: /no company has registered this e-mail/ });
  const user = { userId: 1, email: "ann@partner.example", status: "enabled", managedBy: "partner" };
  assert.equal(await listed(), `${JSON.stringify([user])}\n`);
  assert.equal((await run("user", "disable", ...of, ...ANN)).code, 0);
  assert.equal((await run("user", "manage", ...of, ...ANN, "--by", "local")).code, 0);
  assert.equal(await listed(), `${JSON.stringify([{ ...user, status: "disabled", managedBy: "local" }])}\n`);
  assert.equal((await run("user", "enable", ...of, ...ANN)).code, 0);
  assert.equal((await run("user", "list", ...of)).stdout, "user 1: ann@partner.example, enabled, managed by local\n");
  await check({ args: ["user", "disable", ...of, "--user", "bob@partner.example"], code: 1, says: /no user with this e-mail; see whom/ });
});

test("users are read in pages, to the last", async () => {
  const storage = memoryStorage();
  await keyOf(storage);
  for (let index = 0; index < 1001; index += 1) await storage.createUser(newUser(1, `u${index}@partner.example`));
  const ids = [];
  for await (const { userId } of listUsers(await loadCore(), storage, EMAIL)) ids.push(userId);
  assert.deepEqual([ids.length, new Set(ids).size], [1001, 1001]);
});

test("a key is rotated: the new one is stored before the old one is revoked, which can be kept", async () => {
  const storage = memoryStorage();
  await keyOf(storage);
  const core = await loadCore();
  const statuses = () => storage.dump().keys.map(({ status }) => status);
  const failing = { ...storage, saveKey: () => Promise.reject(new Error("full")) };
  await assert.rejects(rotateKey(core, failing, EMAIL, 1));
  assert.deepEqual(statuses(), ["enabled"]);
  await rotateKey(core, storage, EMAIL, 1, { keep: true });
  assert.deepEqual(statuses(), ["enabled", "enabled"]);
  await rotateKey(core, storage, EMAIL, 1);
  assert.deepEqual(statuses(), ["revoked", "enabled", "enabled"]);
  await assert.rejects(rotateKey(core, storage, EMAIL, 1), { refusal: "unknown_key" });
  assert.equal(storage.dump().keys.length, 3);
});
