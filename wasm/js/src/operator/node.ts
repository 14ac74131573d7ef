// The operator's functions in Node, Deno and Bun.

import { loadOperatorCore } from "../core/operator-node.js";
import { sharedPool } from "../core/pool.js";
import { operatorBy } from "./bind.js";

export { loadOperatorCore };
export const {
  addCompany,
  addUser,
  issueKey,
  listCompanies,
  listKeys,
  listUsers,
  purge,
  rotateKey,
  setCompanyStatus,
  setKeyStatus,
  setProduct,
  setUserManager,
  setUserStatus,
} = operatorBy({ loadOperatorCore, passwords: sharedPool });
