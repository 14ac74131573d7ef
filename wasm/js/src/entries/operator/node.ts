// The entry for Node, Deno and Bun.

export {
  addCompany,
  addUser,
  countHashes,
  disableHashes,
  issueKey,
  listCompanies,
  listKeys,
  listUsers,
  loadOperatorCore,
  purge,
  rotateKey,
  setCompany,
  setCompanyStatus,
  setKeyStatus,
  setProduct,
  setUser,
  setUserManager,
  setUserStatus,
} from "../../operator/node.js";
export * from "./index.js";
