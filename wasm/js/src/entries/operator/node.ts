// The entry for Node, Deno and Bun.

export {
  addCompany,
  addUser,
  issueKey,
  listCompanies,
  listKeys,
  listUsers,
  loadOperatorCore,
  purge,
  rotateKey,
  setCompanyStatus,
  setKeyStatus,
  setProduct,
  setUserManager,
  setUserStatus,
} from "../../operator/node.js";
export * from "./index.js";
