// The operator's functions in Node, Deno and Bun.

import { loadOperatorCore } from "../core/operator-node.js";
import { sharedPool } from "../core/pool.js";
import { operatorBy } from "./bind.js";

export { loadOperatorCore };
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
} = operatorBy({ loadOperatorCore, passwords: sharedPool });
