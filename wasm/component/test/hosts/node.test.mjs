// The host in Node, over a PostgreSQL server that is started for it.

import assert from "node:assert/strict";
import { test } from "node:test";
import { postgresServer } from "../../../js/test/storage/postgres-server.mjs";
import { jco } from "../components.mjs";
import { assertConformant, assertCutBodiesAreNone, inDirectory, serving, signOn } from "./host.mjs";

const IN_FLIGHT = 64;

test("the host in Node over PostgreSQL is conformant, and has 64 sign-ons in flight in one instance", async (t) => {
  const server = await postgresServer();
  try {
    const { url: database } = await server.database();
    await inDirectory("node", "stepped", async (directory) => {
      jco("transpile", `${directory}/ssokey-stepped.wasm`, "-q", "-o", `${directory}/stepped`);
      await serving(directory, database, process.execPath, ["server.mjs", database], {}, async (url, credentials) => {
        const answers = await Promise.all(
          Array.from({ length: IN_FLIGHT }, (_, at) => signOn(url, credentials.ssokey, `user${at % 8}@partner.example`)),
        );
        assert.deepEqual(
          answers.map(({ status }) => status),
          Array(IN_FLIGHT).fill(200),
        );
        await assertCutBodiesAreNone(url, credentials);
        await assertConformant(t, directory, url, credentials);
      });
    });
  } finally {
    await server.stop();
  }
});
