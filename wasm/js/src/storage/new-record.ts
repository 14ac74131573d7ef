import type { Company, Key, NewCompany, NewKey, NewUser, User } from "../core/wire.js";

/** Returns the first values of a user who is created, as `spec/storage.md` has them. */
export function firstUserValues(user: NewUser): Omit<User, "id"> {
  const { companyId, email, passwordHash, managedBy, issuedAt, passwordKeyId } = user;
  return {
    companyId,
    email,
    loginId: email,
    displayName: email,
    isCreator: false,
    isCompanyAdmin: false,
    permissions: [],
    passwordHash,
    credentialVersion: 1,
    managedBy,
    status: "enabled",
    issuedAt,
    passwordKeyId,
  };
}

/** Returns the first values of a company that is created. */
export function firstCompanyValues(company: NewCompany): Omit<Company, "id"> {
  const { name, domain, email, products, emailDomains, accountType } = company;
  return {
    name,
    domain,
    email,
    products: [...products],
    emailDomains: [...emailDomains],
    accountType,
    domainOwnershipVerified: false,
    domainMxVerified: false,
    status: "enabled",
  };
}

/** Returns the first values of a key that is stored. */
export function firstKeyValues({ digest, companyId, expiresAt }: NewKey): Omit<Key, "id"> {
  return { digest, companyId, status: "enabled", expiresAt };
}
