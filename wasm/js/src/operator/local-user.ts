// Users whose passwords are managed here, and not by a partner.

import type { Core } from "../core/core.js";
import { BODY_LIMIT } from "../core/decide.js";
import { ENTROPY_LENGTH, randomHex } from "../core/entropy.js";
import type { User } from "../core/wire.js";
import type { OperatorStorage, Storage } from "../storage/contract.js";
import { companyIdOf, listed, type ListedUser, OperatorError, validEmail } from "./operator.js";

/** A user to add, as an operator describes it. */
export interface UserDraft {
  /** Stored in lower case. Unique among the company's users. */
  email: string;
  /** 1 to 1,024 bytes of UTF-8, used as they are. Its hash alone is stored. */
  password: string;
}

const SALT_LENGTH = 16;
/** How often the password is stored again after others changed the user in between; once is rare. */
const ATTEMPTS = 3;

/**
 * Adds a user to the company with this registered e-mail, who signs in with this password; no sign-on of the partner's
 * replaces it.
 *
 * Rejects with {@link OperatorError}: `invalid_email`, `invalid_password`, `unknown_company`, `user_exists`. If the storage
 * fails on the way, the user may be there, managed by the partner.
 */
export async function addUser(
  core: Core,
  storage: Storage & OperatorStorage,
  companyEmail: string,
  draft: UserDraft,
): Promise<ListedUser> {
  const email = validEmail(core, draft.email);
  const password = validPassword(core, draft.password);
  const companyId = await companyIdOf(core, storage, companyEmail);
  const passwordHash = await core.passwords.hash(password, randomHex(SALT_LENGTH));
  const created = await storage.createUser({ companyId, email, passwordHash, issuedAt: null });
  if (created === "exists") throw new OperatorError("user_exists", "the company has a user with this e-mail already");
  // From here on no sign-on can store a password, not even one that is under way: the version is another.
  await storage.setUserManager(companyId, email, "local");
  return listed(await settled(storage, created, passwordHash));
}

/** The user with that hash, which is put in the place of one that a sign-on stored before the user was managed here. */
async function settled(storage: Storage, { companyId, email }: User, passwordHash: string): Promise<User> {
  for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
    const user = await storage.findUser(companyId, email);
    if (user == null) throw new Error("the storage does not find a user whom it has just created");
    if (user.passwordHash === passwordHash) return user;
    const swap = { companyId, userId: user.id, expectedVersion: user.credentialVersion, passwordHash, issuedAt: null };
    if ((await storage.replacePassword(swap)) !== "stale") return user;
  }
  throw new Error("others keep changing the user who is being added");
}

/** A password is what a direct sign-in may bring. The core refuses any other before it asks for anything. */
function validPassword(core: Core, password: string): string {
  const company = "partner.example";
  const signIn = JSON.stringify({ userid: `ann@${company}`, password, company });
  const decision = core.decide({
    method: "POST",
    path: "/api/authenticate",
    query: new Uint8Array(),
    contentType: "application/json",
    authorization: undefined,
    body: new TextEncoder().encode(signIn).subarray(0, BODY_LIMIT + 1),
    source: undefined,
    now: 0,
    entropy: new Uint8Array(ENTROPY_LENGTH),
    legacyStatus: false,
    company: undefined,
  });
  try {
    if ("call" in JSON.parse(decision.step())) return password;
  } finally {
    decision.free();
  }
  throw new OperatorError("invalid_password", "a password has 1 to 1,024 bytes of UTF-8");
}
