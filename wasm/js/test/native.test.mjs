// The package is not installed here; `make test-package` hashes by it.

import assert from "node:assert/strict";
import { test } from "node:test";
import { MissingArgon2Error, nativePasswords } from "ssokey/native";

test("without @node-rs/argon2 it says what to install, and does so at once", () => {
  const missing = (error) => error instanceof MissingArgon2Error && error.cause.code === "MODULE_NOT_FOUND";
  assert.throws(() => nativePasswords(), missing);
  assert.throws(() => nativePasswords(), /native hashes need the package `@node-rs\/argon2`: npm install @node-rs\/argon2/);
});
