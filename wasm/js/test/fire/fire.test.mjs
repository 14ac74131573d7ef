// The server over a database that falls silent, loses its connections, or is slow: each request is answered in its time, what works
// again is used again, and the process ends.

import assert from "node:assert/strict";
import { once } from "node:events";
import { after, before, describe, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { createHandler } from "ssokey";
import { mariadbStorage } from "ssokey/mariadb";
import { postgresStorage } from "ssokey/postgres";
import { sqliteStorage } from "ssokey/sqlite";
import { serve } from "../cli.mjs";
import { fields, keyOf, signOn } from "../partner.mjs";
import { libsqlServer } from "../storage/libsql-server.mjs";
import { mariadbServer } from "../storage/mariadb-server.mjs";
import { postgresServer } from "../storage/postgres-server.mjs";
import { proxyTo } from "../storage/proxy.mjs";

/** The time in which everything has to work again, and that of a request, in milliseconds. */
const RECOVERY = 5_000;
const DEADLINE = 10_000;
const SLACK = 500;

const DATABASES = [
  {
    name: "PostgreSQL",
    start: postgresServer,
    async place(server) {
      const { name, url } = await server.database();
      const directory = new URL(url).searchParams.get("host");
      return { target: `${directory}/.s.PGSQL.5432`, urlAt: (port) => `postgres://ssokey@127.0.0.1:${port}/${name}` };
    },
    open: (url) => postgresStorage({ url }),
  },
  {
    name: "MariaDB",
    start: mariadbServer,
    async place(server) {
      const { name, url } = await server.database();
      const target = new URL(url).searchParams.get("socketPath");
      return { target, urlAt: (port) => `mariadb://root@127.0.0.1:${port}/${name}` };
    },
    open: (url) => mariadbStorage({ url }),
  },
  ...["http", "ws"].map((scheme) => ({
    name: `libSQL over ${scheme}`,
    start: libsqlServer,
    async place(server) {
      const { hostname, port } = new URL(server.url);
      return { target: { host: hostname, port: Number(port) }, urlAt: (port) => `${scheme}://127.0.0.1:${port}` };
    },
    open: (url) => sqliteStorage({ url }),
  })),
];

const unhandled = [];
process.on("unhandledRejection", (reason) => unhandled.push(reason));

for (const { name, start, place, open } of DATABASES)
  describe(name, { timeout: 120_000 }, () => {
    let server;
    let proxy;
    let url;
    let storage;
    let key;
    let handler;
    before(async () => {
      server = await start();
      const { target, urlAt } = await place(server);
      proxy = await proxyTo(target);
      url = urlAt(proxy.port);
      storage = await open(url);
      key = await keyOf(storage);
      handler = await createHandler({ storage, onError() {} });
    });
    after(async () => {
      await storage.close();
      await proxy.stop();
      await server.stop();
      assert.deepEqual(unhandled, []);
    });

    /** Signs a user on; returns the status and how long it took. */
    async function call(user = 0) {
      const since = performance.now();
      const { status } = await handler(signOn(key, "one", { email: `user-${user}@partner.example` }));
      return { status, time: performance.now() - since };
    }
    const many = (count) => Promise.all(Array.from({ length: count }, (_, user) => call(user)));
    const allSignOn = (answers) => answers.every(({ status }) => status === 200);

    /** Tries until all of several calls at once succeed. */
    async function recovered() {
      const since = performance.now();
      while (!allSignOn(await many(5))) assert.ok(performance.now() - since < RECOVERY, "it does not recover");
      assert.ok(performance.now() - since < RECOVERY, `it took ${performance.now() - since} ms`);
    }

    test("users sign on through the proxy", async () => {
      assert.ok(allSignOn(await many(20)));
    });

    test("while it is silent each request is refused within its deadline, and soon after all go on", async () => {
      await many(20);
      proxy.silence(true);
      const answers = await many(20);
      for (const { status, time } of answers) {
        assert.equal(status, 503);
        assert.ok(time < DEADLINE + SLACK, `${time} ms`);
      }
      const waiting = many(20);
      await sleep(1_000);
      proxy.silence(false);
      await recovered();
      await waiting;
      assert.ok(allSignOn(await many(20)));
    });

    test("connections that the network has forgotten cost one time-out, and not one each", async () => {
      await many(20);
      proxy.forget();
      const failed = [];
      for (let request = 0; request < 12; request += 1) {
        const { status, time } = await call(request);
        if (status !== 200) failed.push(time);
      }
      assert.ok(failed.length <= 1 && failed.every((time) => time < RECOVERY), failed.join());
    });

    test("connections that are cut are opened anew", async () => {
      await many(20);
      proxy.cut();
      await recovered();
      const under = many(10);
      await sleep(5);
      proxy.cut();
      for (const { status, time } of await under) assert.ok([200, 503].includes(status) && time < DEADLINE);
      await recovered();
    });

    test("a slow one is waited for", async () => {
      proxy.delay(200);
      assert.ok(allSignOn(await many(5)));
      proxy.delay(0);
    });

    test("it says that it can be written, and that it cannot while it is silent", async () => {
      await storage.probe();
      proxy.silence(true);
      const since = performance.now();
      await assert.rejects(storage.probe());
      assert.ok(performance.now() - since < 8_000);
      proxy.silence(false);
      await storage.probe().catch(() => storage.probe());
    });

    test("a storage with a statement under way on a silent one closes in time", async () => {
      const other = await open(url);
      await other.findProduct("email");
      proxy.silence(true);
      const hung = other.findProduct("email").catch((error) => error);
      await sleep(50);
      const since = performance.now();
      await other.close();
      assert.ok(performance.now() - since < 2_000);
      assert.ok((await hung) instanceof Error);
      proxy.silence(false);
    });

    test("the program ends in its grace, whatever is under way", async (context) => {
      const { child, ended, url: site } = await serve(context, ["--db", url, "--purge-every", "1s"]);
      const sign = (email, ssokey = key) =>
        fetch(`${site}/api/sso/authenticate`, { method: "POST", body: fields(ssokey, "one", { email }) });
      assert.equal((await sign("a@partner.example")).status, 200);
      proxy.silence(true);
      const hung = sign("b@partner.example").catch((error) => error);
      // A refusal waits for its row as well, and a purge is under way.
      assert.equal((await sign("b@partner.example", "ssok_wrong")).status, 401);
      await sleep(1_200);
      const since = performance.now();
      child.kill("SIGTERM");
      await once(child, "exit");
      assert.ok(performance.now() - since < 10_000, `${performance.now() - since} ms`);
      assert.equal((await ended).code, 0);
      assert.ok((await hung).status === 503 || (await hung) instanceof Error);
      proxy.silence(false);
    });
  });
