// The host in Node, over a PostgreSQL server that is started for it.

import { test } from "node:test";
import { postgresServer } from "../../../js/test/storage/postgres-server.mjs";
import { jco } from "../components.mjs";
import { assertServes, assertSignsOnAtOnce, inDirectory, serving } from "./host.mjs";

test("the host in Node over PostgreSQL is conformant, has 64 sign-ons in flight in one instance, and ends gracefully", async (t) => {
  const server = await postgresServer();
  try {
    const { url: database } = await server.database();
    await inDirectory("node", "stepped", async (directory) => {
      jco("transpile", `${directory}/ssokey-stepped.wasm`, "-q", "-o", `${directory}/stepped`);
      await serving(directory, database, process.execPath, ["server.mjs", database], {}, async (url, credentials, stop) => {
        await assertSignsOnAtOnce(url, credentials);
        await assertServes(t, directory, url, credentials, stop);
      });
    });
  } finally {
    await server.stop();
  }
});
