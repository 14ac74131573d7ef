import assert from "node:assert/strict";
import * as crypto from "node:crypto";
import { test } from "node:test";
import { nodeCryptoPasswords } from "ssokey/node-crypto";

// Node 24 is among the runtimes of `make test-runtimes`, which runs the comparison there whatever this Node is.
if ("argon2" in crypto) {
  test("crypto.argon2 hashes, verifies and refuses as the wasm does", () => import("./node-crypto.mjs"));
} else {
  test("without crypto.argon2 it says what to take instead", () => {
    assert.throws(() => nodeCryptoPasswords(), /no `crypto\.argon2`: take Node 24\.7 or later, or `ssokey\/pool`/);
  });
}
