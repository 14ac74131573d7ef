import type { Core } from "../core/core.js";
import { carryOut } from "../core/decide.js";
import { canonicalDomain } from "../core/domain.js";
import { ENTROPY_LENGTH, randomBytes, randomHex } from "../core/entropy.js";
import { type Command, type Company, type KeyStatus, PRODUCTS, type ProductName, type User } from "../core/wire.js";
import { answerOperatorBy } from "../storage/answer.js";
import type { OperatorStorage } from "../storage/contract.js";

/** Why an operator's request was refused. */
export type OperatorRefusal =
  | "company_exists"
  | "invalid_domain"
  | "invalid_email"
  | "invalid_expiry"
  | "invalid_launch_url"
  | "invalid_name"
  | "invalid_password"
  | "unknown_company"
  | "unknown_key"
  | "unknown_product"
  | "unknown_user"
  | "user_exists";

/** A refused request of an operator; nothing was stored. */
export class OperatorError extends Error {
  override readonly name = "OperatorError";
  readonly refusal: OperatorRefusal;

  constructor(refusal: OperatorRefusal, message: string) {
    super(message);
    this.refusal = refusal;
  }
}

/** A company as an operator describes it. */
export interface CompanyDraft {
  /** 1 to 200 characters, no control characters. */
  name: string;
  /** Labels of ASCII letters, digits and inner hyphens; stored in lower case. Unique among companies. */
  domain: string;
  /** The address that the company registers; stored in lower case. Unique among companies. */
  email: string;
  /** What its users may sign on to. Default: all products. */
  products?: readonly string[];
  /** 1 to 200 characters, no control characters. Default `ENTERPRISE`. */
  accountType?: string;
}

/** A key that was just issued. */
export interface IssuedKey {
  keyId: number;
  companyId: number;
  /** The key itself. It is stored nowhere: whoever loses it needs another one. */
  ssokey: string;
  /** In milliseconds since 1970; `null` for never. */
  expiresAt: number | null;
}

/** What is known of an issued key. */
export interface ListedKey {
  keyId: number;
  status: KeyStatus;
  expiresAt: number | null;
}

/** What an operator is told of a user. */
export interface ListedUser {
  userId: number;
  email: string;
  status: User["status"];
  managedBy: User["managedBy"];
}

/** A product as an operator describes it. */
export interface ProductDraft {
  /** One of {@link PRODUCTS}. */
  name: string;
  /** `http` or `https`, without a fragment. A launch appends the query parameter `code` to it. */
  launchUrl: string;
}

/** A product that was just set. */
export interface SetProduct {
  name: ProductName;
  launchUrl: string;
  /** With which the product exchanges codes. It is stored nowhere: whoever loses it sets the product again. */
  secret: string;
}

const MAX_NAME_LENGTH = 200;
const SECRET_LENGTH = 32;
/** How many users are read at once. */
const PAGE = 500;

/**
 * Adds a company. The flags of its answers are false until its domain is verified by other means.
 *
 * Rejects with {@link OperatorError}: `invalid_name`, `invalid_domain`, `invalid_email`, `unknown_product`,
 * `company_exists`.
 */
export async function addCompany(core: Core, storage: OperatorStorage, draft: CompanyDraft): Promise<Company> {
  const company = await storage.saveCompany({
    name: validName(draft.name, "the company's name"),
    domain: validDomain(core, draft.domain),
    email: validEmail(core, draft.email),
    products: validProducts(draft.products ?? PRODUCTS),
    accountType: validName(draft.accountType ?? "ENTERPRISE", "the account type"),
    domainOwnershipVerified: false,
    domainMxVerified: false,
  });
  if (company === "exists") {
    throw new OperatorError("company_exists", "a company with this domain or registered e-mail exists already");
  }
  return company;
}

/**
 * Issues a key to the company with this registered e-mail, and stores the key's digest. `expiresAt` is in milliseconds
 * since 1970, `null` for never.
 *
 * Rejects with {@link OperatorError}: `invalid_email`, `unknown_company`, `invalid_expiry`.
 */
export async function issueKey(
  core: Core,
  storage: OperatorStorage,
  companyEmail: string,
  expiresAt: number | null = null,
): Promise<IssuedKey> {
  const refusals = { [MALFORMED]: EXPIRY_REFUSED, [NOT_FOUND]: COMPANY_UNKNOWN };
  return command(core, storage, { command: "issue_key", email: companyEmail, expiresAt }, refusals);
}

/**
 * The keys of the company with this registered e-mail, in the order of their ids.
 *
 * Rejects with {@link OperatorError}: `invalid_email`, `unknown_company`.
 */
export async function listKeys(core: Core, storage: OperatorStorage, companyEmail: string): Promise<ListedKey[]> {
  const refusals = { [NOT_FOUND]: COMPANY_UNKNOWN };
  const { keys } = await command<{ keys: ListedKey[] }>(
    core,
    storage,
    { command: "list_keys", email: companyEmail },
    refusals,
  );
  return keys;
}

/**
 * Enables, disables or revokes a key of the company with this registered e-mail. A revoked key stays revoked.
 *
 * Rejects with {@link OperatorError}: `invalid_email`, `unknown_key` (also when there is no such company, or the key is
 * revoked already).
 */
export async function setKeyStatus(
  core: Core,
  storage: OperatorStorage,
  companyEmail: string,
  keyId: number,
  status: KeyStatus,
): Promise<void> {
  const refusals = { [MALFORMED]: KEY_UNKNOWN, [NOT_FOUND]: KEY_UNKNOWN };
  await command(core, storage, { command: "set_key_status", email: companyEmail, keyId, status }, refusals);
}

/**
 * Issues a key in the place of another one, which is revoked once the new one is stored: the partner is never without a
 * key. With `keep` the old one stays as it is, until the partner has put the new one to use.
 *
 * Rejects with {@link OperatorError} like {@link issueKey}, and `unknown_key`. If the storage fails in between, the old key
 * stands, and a new one that nobody knows.
 */
export async function rotateKey(
  core: Core,
  storage: OperatorStorage,
  companyEmail: string,
  keyId: number,
  { expiresAt = null, keep = false }: { expiresAt?: number | null; keep?: boolean } = {},
): Promise<IssuedKey> {
  const keys = await listKeys(core, storage, companyEmail);
  if (!keys.some((key) => key.keyId === keyId && key.status !== "revoked")) throw new OperatorError(...KEY_UNKNOWN);
  const issued = await issueKey(core, storage, companyEmail, expiresAt);
  if (!keep) await setKeyStatus(core, storage, companyEmail, keyId, "revoked");
  return issued;
}

/**
 * The users of the company with this registered e-mail, in the order of their ids, read from the storage in pages.
 *
 * The first step rejects with {@link OperatorError}: `invalid_email`, `unknown_company`.
 */
export async function* listUsers(
  core: Core,
  storage: OperatorStorage,
  companyEmail: string,
): AsyncGenerator<ListedUser, void> {
  const companyId = await companyIdOf(core, storage, companyEmail);
  for (let after = 0; ; ) {
    const page = await storage.listUsers(companyId, after, PAGE);
    yield* page.map(listed);
    const last = page.at(-1);
    if (last === undefined) return;
    after = last.id;
  }
}

/**
 * Enables or disables a user of the company with this registered e-mail. Disabling ends the user's tokens for good.
 *
 * Rejects with {@link OperatorError}: `invalid_email`, `unknown_company`, `unknown_user`.
 */
export async function setUserStatus(
  core: Core,
  storage: OperatorStorage,
  companyEmail: string,
  userEmail: string,
  status: User["status"],
): Promise<void> {
  const companyId = await companyIdOf(core, storage, companyEmail);
  const isThere = await storage.setUserStatus(companyId, validEmail(core, userEmail), status);
  if (!isThere) throw new OperatorError(...USER_UNKNOWN);
}

/**
 * Says whose password counts for a user of the company with this registered e-mail: the partner's, or the `local` one,
 * which no sign-on replaces. Either way the user's tokens end.
 *
 * Rejects with {@link OperatorError}: `invalid_email`, `unknown_company`, `unknown_user`.
 */
export async function setUserManager(
  core: Core,
  storage: OperatorStorage,
  companyEmail: string,
  userEmail: string,
  managedBy: User["managedBy"],
): Promise<void> {
  const companyId = await companyIdOf(core, storage, companyEmail);
  const isThere = await storage.setUserManager(companyId, validEmail(core, userEmail), managedBy);
  if (!isThere) throw new OperatorError(...USER_UNKNOWN);
}

/**
 * Says where users of a product are launched to, and gives it a new secret, whose digest is stored. A secret that it had
 * is refused from now on.
 *
 * Rejects with {@link OperatorError}: `unknown_product`, `invalid_launch_url`.
 */
export async function setProduct(core: Core, storage: OperatorStorage, draft: ProductDraft): Promise<SetProduct> {
  const name = PRODUCTS.find((product) => product === draft.name);
  if (name === undefined) {
    throw new OperatorError("unknown_product", `a product is one of ${PRODUCTS.join(", ")}`);
  }
  const launchUrl = validLaunchUrl(draft.launchUrl);
  const secret = randomHex(SECRET_LENGTH);
  await storage.saveProduct({ name, launchUrl, secretDigest: core.digest(secret) });
  return { name, launchUrl, secret };
}

type Refusal = readonly [refusal: OperatorRefusal, message: string];

const EXPIRY_REFUSED: Refusal = ["invalid_expiry", "the time of expiry is no time that lies ahead"];
const COMPANY_UNKNOWN: Refusal = ["unknown_company", "no company has registered this e-mail"];
const KEY_UNKNOWN: Refusal = ["unknown_key", "the company has no such key, or it is revoked, which is final"];
const USER_UNKNOWN: Refusal = ["unknown_user", "the company has no user with this e-mail"];
const EMAIL_REFUSED: Refusal = ["invalid_email", "this is no e-mail address of plain ASCII"];

const MALFORMED = 4000;
const INVALID = 4003;
const NOT_FOUND = 4040;

type CommandAnswer<Return> = { stat: "ok"; return: Return } | { stat: "fail"; error: { code: number; details: string } };

/** Carries a command out and returns the `return` of its answer. `refusals` are the codes that the command may end in. */
async function command<Return>(
  core: Core,
  storage: OperatorStorage,
  command: Command,
  refusals: Partial<Record<number, Refusal>>,
): Promise<Return> {
  const moment = { now: Date.now(), entropy: randomBytes(ENTROPY_LENGTH) };
  const { body } = await carryOut(core, command, moment, answerOperatorBy(storage));
  const answer = JSON.parse(body) as CommandAnswer<Return>;
  if (answer.stat === "ok") return answer.return;
  const { code, details } = answer.error;
  const refusal = { ...refusals, [INVALID]: EMAIL_REFUSED }[code];
  // What is left is a storage that answers with records that it was not asked for.
  throw refusal === undefined ? new Error(`${command.command}: ${details}`) : new OperatorError(...refusal);
}

/** Whom a company has, without what nobody is told. */
export function listed({ id, email, status, managedBy }: User): ListedUser {
  return { userId: id, email, status, managedBy };
}

/** Rejects with {@link OperatorError}: `invalid_email`, `unknown_company`. */
export async function companyIdOf(core: Core, storage: OperatorStorage, companyEmail: string): Promise<number> {
  const company = await storage.findCompanyByEmail(validEmail(core, companyEmail));
  if (company == null) throw new OperatorError(...COMPANY_UNKNOWN);
  return company.id;
}

/** What the core takes for one: a record with another would fail every launch. */
function validLaunchUrl(text: string): string {
  if (!/^https?:\/\/[\x21-\x7E]+$/.test(text) || text.includes("#") || !URL.canParse(text)) {
    throw new OperatorError("invalid_launch_url", "a launch URL is http or https, plain ASCII, without a fragment");
  }
  return text;
}

/** The address in lower case. Throws an {@link OperatorError}, `invalid_email`, if it is none. */
export function validEmail(core: Core, text: string): string {
  const email = core.canonicalEmail(text);
  if (email === undefined) throw new OperatorError(...EMAIL_REFUSED);
  return email;
}

function validDomain(core: Core, text: string): string {
  const domain = canonicalDomain(core, text);
  if (domain === undefined) {
    throw new OperatorError("invalid_domain", "a domain has labels of letters, digits and inner hyphens");
  }
  return domain;
}

function validName(text: string, what: string): string {
  if (text === "" || text.length > MAX_NAME_LENGTH || /\p{Cc}|\p{Cs}/u.test(text)) {
    throw new OperatorError("invalid_name", `${what} has 1 to ${MAX_NAME_LENGTH} characters, none of them control`);
  }
  return text;
}

function validProducts(names: readonly string[]): ProductName[] {
  const known = PRODUCTS.filter((product) => names.includes(product));
  if (names.length === 0 || names.some((name) => !known.some((product) => product === name))) {
    throw new OperatorError("unknown_product", `products are one or more of ${PRODUCTS.join(", ")}`);
  }
  return known;
}
