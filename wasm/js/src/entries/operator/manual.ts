// The entry for everywhere else: the caller has the wasm, from `ssokey/operator.wasm` and `ssokey/argon2id.wasm` or copies of them.

import { type Given, given, givenArgon2id } from "../../core/given.js";
import { passwordsInThread } from "../../core/hashing.js";
import { loadOperator } from "../../core/operator-loader.js";
import { operatorBy } from "../../operator/bind.js";

export type { Given } from "../../core/given.js";
export type { Wasm, WasmModule, WasmResponse } from "../../core/wasm.js";

const operator = given("`ssokey/operator/manual` needs the operator's wasm: call `useOperatorWasm` first");

/**
 * Gives the operator's functions their wasm, as `useWasm` gives the handler its own. `addUser` hashes as well, which needs
 * {@link useArgon2id} or the option `passwords`.
 *
 * ```js
 * useOperatorWasm(() => fetch("/assets/operator.wasm"));
 * ```
 *
 * Call it before anything else: a program has one instance, and once that is there a different wasm changes nothing.
 */
export const useOperatorWasm: (wasm: Given) => void = operator.use;

/** Gives the package the wasm that hashes. It is the same for `ssokey/manual`. */
export const useArgon2id: (wasm: Given) => void = givenArgon2id.use;

export * from "./shared.js";
export const loadOperatorCore = () => loadOperator(operator.source);
export const {
  addCompany,
  addUser,
  countHashes,
  deleteCompany,
  deleteUser,
  disableHashes,
  endKey,
  issueKey,
  listCompanies,
  listEvents,
  listKeys,
  listProducts,
  listUsers,
  purge,
  purgeEvents,
  rotateKey,
  rotateProduct,
  setCompany,
  setCompanyStatus,
  setKeyStatus,
  setProduct,
  setUser,
  setUserEmail,
  setUserManager,
  setUserStatus,
  showUser,
  signOutCompany,
  signOutUser,
} = operatorBy({ loadOperatorCore, passwords: passwordsInThread(givenArgon2id.source) });
