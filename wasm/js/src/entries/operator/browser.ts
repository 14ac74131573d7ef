// The entry for browsers and bundlers, and for every runtime that has no entry of its own.

import { passwordsInThread } from "../../core/hashing.js";
import { loadOperator } from "../../core/operator-loader.js";
import { unpacked } from "../../core/unpacked.js";
import argon2id from "../../inline/argon2id.js";
import operator from "../../inline/operator.js";
import { operatorBy } from "../../operator/bind.js";

export * from "./shared.js";
export const loadOperatorCore = () => loadOperator(() => unpacked(operator));
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
} = operatorBy({ loadOperatorCore, passwords: passwordsInThread(() => unpacked(argon2id)) });
