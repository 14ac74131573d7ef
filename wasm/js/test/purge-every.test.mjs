// A server that deletes by itself what has expired.

import assert from "node:assert/strict";
import { test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { sqliteStorage } from "ssokey/sqlite";
import { check, partnerFile, serve } from "./cli.mjs";
import { given, saveToken } from "./contract.mjs";
import { tablesOf, urlOf } from "./database.mjs";

test("a server purges as often as it is told, and what is valid stays", async (context) => {
  const path = await partnerFile(context);
  const storage = await sqliteStorage({ url: urlOf(path) });
  const { token } = await given(storage, 1);
  await saveToken(storage, token);
  await saveToken(storage, { ...token, digest: "e".repeat(64), expiresAt: Date.now() });
  storage.close();
  const { child, ended } = await serve(context, ["--db", path, "--purge-every", "1s"]);
  const digests = async () => (await tablesOf(path)).tokens.map(({ digest }) => digest);
  for (let waited = 0; (await digests()).length > 1 && waited < 10_000; waited += 200) await sleep(200);
  assert.deepEqual(await digests(), [token.digest]);
  child.kill("SIGTERM");
  assert.equal((await ended).code, 0);
});

test("an interval that a timer cannot keep is refused", async (context) => {
  const path = await partnerFile(context);
  for (const every of ["0s", "25d"]) {
    await check({
      args: ["serve", "--db", path, "--port", "0", "--purge-every", every],
      code: 2,
      says: /Give a duration from 1s to 24d/,
    });
  }
});
