// Without `onError` the first error of each kind is warned of, and no value is shown.

import assert from "node:assert/strict";
import { test } from "node:test";
import { createHandler } from "ssokey";
import { memoryStorage } from "ssokey/memory";
import { keyOf, signOn } from "./partner.mjs";

class DriverError extends Error {
  name = "DriverError";
  constructor(code) {
    super("duplicate entry 'ann@partner.example'");
    this.code = code;
  }
}

/** Returns the warnings of sign-ons over a storage whose methods are replaced. */
async function warnings(context, override, { times = 1, ...options } = {}) {
  const warn = context.mock.method(console, "warn", () => {});
  const storage = memoryStorage();
  const key = await keyOf(storage);
  const handler = await createHandler({ storage: { ...storage, ...override }, ...options });
  for (let time = 0; time < times; time += 1) assert.ok((await handler(signOn(key, "secret-one"))).status >= 500);
  return warn.mock.calls.map(({ arguments: [text] }) => text);
}

const throwing = (make) => async () => {
  throw make();
};

test("an error is warned of once, by class, code and call, without its message", async (context) => {
  const override = { findUser: throwing(() => new DriverError("ER_DUP_ENTRY")) };
  const told = await warnings(context, override, { times: 3 });
  assert.deepEqual(told, ["ssokey: DriverError ER_DUP_ENTRY in `find_user` (told once; give `onError` to be told of each)"]);
  assert.deepEqual(await warnings(context, override), [], "not again for a different handler");
});

test("a different code, call or class is warned of as well", async (context) => {
  for (const [override, expected] of [
    [{ findUser: throwing(() => new DriverError("ECONNREFUSED")) }, /DriverError ECONNREFUSED in `find_user`/],
    [{ createUser: throwing(() => new DriverError("ER_DUP_ENTRY")) }, /DriverError ER_DUP_ENTRY in `create_user`/],
    [{ findUser: throwing(() => new TypeError("x")) }, /ssokey: TypeError in `find_user` \(told once/],
    [{ findUser: throwing(() => "secret") }, /ssokey: string in `find_user` \(told once/],
  ]) {
    const told = await warnings(context, override);
    assert.match(told.at(-1), expected);
    context.mock.restoreAll();
  }
});

test("a reply that does not fit is warned of with the member and what was expected", async (context) => {
  const told = await warnings(context, { findUser: async () => ({ id: "7" }) });
  assert.match(told.join(), /HostFaultError in `find_user` \(the reply to `find_user` does not fit: `user\..*` must be /);
});

test("a name or a code that a driver has filled with values is not shown", async (context) => {
  const make = () => Object.assign(new Error("x"), { name: "ann@partner.example is there", code: "key 'secret' is taken" });
  const told = await warnings(context, { findKey: throwing(make) });
  assert.deepEqual(
    told.map((text) => text.split(" (")[0]),
    ["ssokey: Error in `find_key`"],
  );
});

test("whatever hashes is warned of", async (context) => {
  const fail = throwing(() => new DriverError("HSM_GONE"));
  const told = await warnings(context, {}, { passwords: { verify: fail, hash: fail } });
  assert.match(told.join(), /ssokey: DriverError HSM_GONE in `hash_password` \(told once/);
});

test("with onError nothing is printed", async (context) => {
  let count = 0;
  const onError = () => {
    count += 1;
  };
  const override = { findUser: throwing(() => new DriverError("SQLITE_BUSY")) };
  assert.deepEqual(await warnings(context, override, { onError, times: 2 }), []);
  assert.equal(count, 2);
});

test("a host whose errors all differ is not warned without end", async (context) => {
  let number = 0;
  const override = {
    findKey: throwing(() => {
      number += 1;
      return new DriverError(`E${number}`);
    }),
  };
  const told = await warnings(context, override, { times: 300 });
  assert.ok(told.length > 10 && told.length <= 100, `${told.length} warnings`);
});
