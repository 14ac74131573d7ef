import type { NewUser, User } from "../core/wire.js";

/** Returns the first values of a user who is created, as `spec/storage.md` has them. */
export function firstValues({ companyId, email, passwordHash, issuedAt }: NewUser): Omit<User, "id"> {
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
    managedBy: "partner",
    status: "enabled",
    issuedAt,
  };
}
