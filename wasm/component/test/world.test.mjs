// What the components ask of a host, how large they are, and what they do with what a host got wrong.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { brotliCompressSync } from "node:zlib";
import { componentOf, instancesOf, jco, WORLDS } from "./components.mjs";
import { Failed, importsBy } from "./face.mjs";
import { COMPANY } from "./record.mjs";
import { readWit } from "./wit.mjs";

const MOST_BYTES = 90_000;
const TYPES = ["records", "calls", "commands", "http"];
const EXPECTED = {
  stepped: { import: TYPES, export: ["decision", "server"] },
  embedded: { import: [...TYPES, "storage", "operator-storage"], export: ["authority", "server"] },
};

for (const world of WORLDS) {
  test(`${world} imports and exports the interfaces of its world, and nothing else`, (t) => {
    const printed = jco("wit", componentOf(world).pathname);
    t.diagnostic(printed);
    for (const way of ["import", "export"]) {
      const found = [...printed.matchAll(new RegExp(`^ *${way} ([^;]*);`, "gm"))].map(([, name]) => name);
      const expected = EXPECTED[world][way].map((name) => `ssokey:sso/${name}@0.1.0`);
      assert.deepEqual(found.sort(), expected.sort());
    }
  });

  test(`${world} is under ${MOST_BYTES} bytes in brotli`, (t) => {
    const bytes = readFileSync(componentOf(world));
    const compressed = brotliCompressSync(bytes).length;
    t.diagnostic(`${bytes.length} bytes, ${compressed} in brotli`);
    assert.ok(compressed < MOST_BYTES, `${compressed} bytes`);
  });
}

test("stepped calls no function, and embedded those of its storages alone", async () => {
  assert.deepEqual(await functionsOf("stepped"), []);
  const interfaces = readWit();
  const expected = ["storage", "operator-storage"].flatMap((name) =>
    Object.keys(interfaces[name].functions).map((each) => `ssokey:sso/${name}@0.1.0 ${each}`),
  );
  assert.deepEqual((await functionsOf("embedded")).sort(), expected.sort());
});

/** The functions that the code calls and does not have itself, but for the handles of a resource of its own, which are numbers. */
async function functionsOf(world) {
  await instancesOf(world);
  const file = new URL(`../dist/js/${world}/ssokey-${world}.core.wasm`, import.meta.url);
  return WebAssembly.Module.imports(new WebAssembly.Module(readFileSync(file)))
    .map(({ module, name }) => `${module} ${name}`)
    .filter((name) => !name.startsWith("[export]"));
}

const REQUEST = {
  method: "GET",
  path: "/api/session",
  query: new Uint8Array(),
  contentEncoding: [],
  authorization: [],
  body: { tag: "bytes", val: new Uint8Array() },
};
const MOMENT = { now: 1_700_000_000_000n, entropy: new Uint8Array(80) };

test("a host's mistake is an error, and the instance goes on", async () => {
  const { decision, server } = (await instancesOf("stepped"))();
  const refuseStorage = importsBy(() => {
    throw new Failed();
  });
  const { authority } = (await instancesOf("embedded"))(refuseStorage);
  const begin = {
    stepped: (settings, moment) => decision.begin({ tag: "request", val: REQUEST }, settings, moment),
    embedded: (settings, moment) => authority.handle(REQUEST, settings, moment),
  };
  for (const world of WORLDS) {
    for (const length of [0, 79, 81]) {
      const wrong = { ...MOMENT, entropy: new Uint8Array(length) };
      assert.throws(
        () => begin[world]({}, wrong),
        ({ payload }) => payload.tag === "entropy",
      );
    }
    const message = "`tokenLifetime` must be 60000 to 86400000 milliseconds";
    assert.throws(
      () => begin[world]({ tokenLifetime: 59_999n }, MOMENT),
      ({ payload }) => payload.tag === "settings" && payload.val === message,
    );
    assert.ok(begin[world]({}, MOMENT));
  }
  const { tag, val } = decision.next(begin.stepped({}, MOMENT));
  assert.equal(tag, "done");
  assert.equal(val.status, 401);
  assert.equal(server.bodyLimit(), 8192);
  assert.deepEqual([server.isServed("/api/session", {}), server.isServed("/other", {})], [true, false]);
  assert.equal(server.failureResponse({ tag: "overloaded", val: 7 }, {}).status, 503);
});

test("a reply that is missing does not fit its call, and one too many is not read", async () => {
  const { decision } = (await instancesOf("stepped"))();
  const first = decision.next(decision.begin({ tag: "command", val: { tag: "list-products" } }, {}, MOMENT), { tag: "done" });
  assert.equal(first.val.call.tag, "list-products");
  const second = decision.next(first.val.progress);
  assert.equal(second.val.call.tag, "audit");
  assert.equal(second.val.call.val.fault.member, "reply");
  assert.equal(decision.next(second.val.progress, { tag: "done" }).val.status, 500);
});

test("progress that was stepped cannot be stepped again", async () => {
  const { decision } = (await instancesOf("stepped"))();
  const progress = decision.begin({ tag: "request", val: REQUEST }, {}, MOMENT);
  decision.next(progress);
  assert.throws(() => decision.next(progress));
});

test("a password keeps a byte order mark on its way to the host", async () => {
  const { decision } = (await instancesOf("stepped"))();
  const password = "\ufeffcorrect horse";
  const user = { companyEmail: "sso@partner.example", userEmail: "ada@partner.example", password };
  const found = decision.next(decision.begin({ tag: "command", val: { tag: "add-user", val: user } }, {}, MOMENT));
  const { call } = decision.next(found.val.progress, { tag: "company", val: COMPANY }).val;
  assert.equal(call.tag, "hash-password");
  assert.equal(call.val.password, password);
});
