// The entry for edge runtimes whose platform compiles the wasm that is imported as a module.

import argon2id from "../../argon2id.wasm?module";
import { passwordsInThread } from "../../core/hashing.js";
import { loadOperator } from "../../core/operator-loader.js";
import { operatorBy } from "../../operator/bind.js";
import operator from "../../operator.wasm?module";

export * from "./shared.js";
export const loadOperatorCore = () => loadOperator(async () => operator);
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
} = operatorBy({ loadOperatorCore, passwords: passwordsInThread(async () => argon2id) });
