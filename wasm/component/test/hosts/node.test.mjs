// The host in Node, over a PostgreSQL server that is started for it.

import assert from "node:assert/strict";
import { test } from "node:test";
import pg from "pg";
import { postgresServer } from "../../../js/test/storage/postgres-server.mjs";
import { jco } from "../components.mjs";
import { assertServes, assertSignsOnAtOnce, inDirectory, serving, signOn } from "./host.mjs";

test("the host in Node over PostgreSQL is conformant, has 64 sign-ons in flight in one instance, and ends gracefully", async (t) => {
  await overPostgres((directory, database) =>
    serving(directory, database, process.execPath, ["server.mjs", database], {}, async (url, credentials, stop) => {
      await assertSignsOnAtOnce(url, credentials);
      await assertServes(t, directory, url, credentials, stop);
    }),
  );
});

test("the host in Node answers 5000 to a record that is of no type, logs none of it, and goes on", async () => {
  await overPostgres((directory, database) =>
    serving(directory, database, process.execPath, ["server.mjs", database], {}, async (url, { ssokey }, stop, log) => {
      const statusOf = async () => (await signOn(url, ssokey, "ada@partner.example")).status;
      const pool = new pg.Pool({ connectionString: database, max: 1 });
      try {
        await pool.query("ALTER TABLE ssokey.keys DROP CONSTRAINT keys_status_check");
        await pool.query("UPDATE ssokey.keys SET status = 'suspended'");
        assert.equal(await statusOf(), 500);
        await pool.query("UPDATE ssokey.keys SET status = 'enabled'");
        assert.equal(await statusOf(), 200);
      } finally {
        await pool.end();
      }
      await stop();
      assert.match(log(), /the reply to find-key is of no type/);
      assert.doesNotMatch(log(), /suspended/);
    }),
  );
});

/** Lets `use` have the host in a directory, and the URL of a database. */
async function overPostgres(use) {
  const server = await postgresServer();
  try {
    const { url: database } = await server.database();
    await inDirectory("node", "stepped", async (directory) => {
      jco("transpile", `${directory}/ssokey-stepped.wasm`, "-q", "-o", `${directory}/stepped`);
      await use(directory, database);
    });
  } finally {
    await server.stop();
  }
}
