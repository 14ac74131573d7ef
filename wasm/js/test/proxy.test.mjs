// The address of a client behind proxies.

import assert from "node:assert/strict";
import { test } from "node:test";
import { createClient } from "@libsql/client";
import { sourceBehind } from "../dist/http/proxy.js";
import { check, partnerFile, serve } from "./cli.mjs";
import { urlOf } from "./database.mjs";

const addresses = ["10.0.0.0/8", "192.0.2.1", "2001:db8:1::/48"];
const sourceOf = sourceBehind({ addresses, header: "x-forwarded-for" });

/** The source of a request by a connection from `remoteAddress`, with these headers of one name. */
const source = (remoteAddress, ...told) =>
  sourceOf({ socket: { remoteAddress }, rawHeaders: told.flatMap((value) => ["X-Forwarded-For", value]) });

const CASES = [
  ["no proxy", ["198.51.100.1"], "198.51.100.1"],
  ["a header that the client wrote itself", ["198.51.100.1", "203.0.113.9"], "198.51.100.1"],
  ["one proxy", ["10.1.2.3", "203.0.113.9"], "203.0.113.9"],
  ["the last that is not trusted", ["10.1.2.3", "1.1.1.1, 203.0.113.9, 192.0.2.1 , 10.9.9.9"], "203.0.113.9"],
  ["several headers", ["10.1.2.3", "1.1.1.1", "203.0.113.9", "192.0.2.1"], "203.0.113.9"],
  ["nothing but proxies", ["10.1.2.3", "10.0.0.2, 192.0.2.1"], "10.0.0.2"],
  ["no header", ["10.1.2.3"], "10.1.2.3"],
  ["what is not an address", ["10.1.2.3", "203.0.113.9, unknown"], "10.1.2.3"],
  ["an empty header", ["10.1.2.3", ""], "10.1.2.3"],
  ["a port", ["10.1.2.3", "203.0.113.9:4711"], "203.0.113.9"],
  ["IPv6 with a port", ["2001:db8:1::1", "[2001:db8:2::9]:4711"], "2001:db8:2::9"],
  ["IPv6", ["2001:db8:1:ffff::1", "2001:db8:2::9"], "2001:db8:2::9"],
  ["a proxy of IPv4 on a socket of IPv6", ["::ffff:10.1.2.3", "203.0.113.9"], "203.0.113.9"],
  ["a client of IPv4 on a socket of IPv6", ["::ffff:198.51.100.1", "203.0.113.9"], "198.51.100.1"],
  ["a neighbour of a proxy", ["192.0.2.2", "203.0.113.9"], "192.0.2.2"],
];
for (const [title, given, expected] of CASES) test(`the source: ${title}`, () => assert.equal(source(...given), expected));

test("no other header is looked at", () => {
  const others = ["X-Real-IP", "Forwarded", "X-Client-IP", "CF-Connecting-IP", "X-Forwarded", "True-Client-IP"];
  const rawHeaders = others.flatMap((name) => [name, "203.0.113.9"]);
  assert.equal(sourceOf({ socket: { remoteAddress: "10.1.2.3" }, rawHeaders }), "10.1.2.3");
});

test("`serve --trust-proxy` tells the client's address in events, and counts by it", async (context) => {
  const path = await partnerFile(context);
  const limits = ["--limit", "direct=1/1h", "--trust-proxy", "X-Real-IP=127.0.0.0/8,::1"];
  const { url, child, ended } = await serve(context, ["--db", path, "--log", "off", ...limits]);
  const guess = async (address) => {
    const query = new URLSearchParams({ userid: "ann@partner.example", password: "guess", company: "partner.example" });
    const headers = { "x-real-ip": address, "x-forwarded-for": "192.0.2.200" };
    return (await fetch(`${url}/api/authenticate?${query}`, { headers })).status;
  };
  const statuses = [await guess("203.0.113.1"), await guess("203.0.113.1"), await guess("203.0.113.2")];
  assert.deepEqual(statuses, [401, 429, 401]);
  // Refusals are stored once a second, and at the end.
  child.kill("SIGTERM");
  await ended;
  const client = createClient({ url: urlOf(path) });
  context.after(() => client.close());
  const { rows } = await client.execute("SELECT source FROM events WHERE kind IN ('sign_in_refused', 'rate_limited')");
  assert.deepEqual(
    rows.map(({ source }) => source),
    ["203.0.113.1", "203.0.113.1", "203.0.113.2"],
  );
});

for (const [text, says] of [
  ["127.0.0.1", /Give the header, and the addresses or networks/],
  ["x-forwarded-for=", /Give the header/],
  ["x-forwarded-for=localhost", /`localhost` is not an address or a network/],
  ["x-forwarded-for=10.0.0.0/33", /`10\.0\.0\.0\/33` is not an address/],
  ["x-forwarded-for=127.0.0.1,x-real-ip=127.0.0.1", /`x-real-ip=127\.0\.0\.1` is not an address/],
  ["forwarded=127.0.0.1", /`Forwarded` is not read/],
]) {
  const args = ["serve", "--db", "x", "--port", "0", "--trust-proxy", text];
  test(`\`--trust-proxy ${text}\` is refused`, () => check({ args, code: 2, says }));
}
