// The operator's commands of `spec/README.md` and the `return` of their answers, and the calls, replies and events of `spec/storage.md`
// that only commands have.

import type { Done, Exists, None, Stale } from "./call.js";
import type { Event } from "./event.js";
import type {
  Company,
  KeyStatus,
  Manager,
  NewCompany,
  NewKey,
  NewProduct,
  Product,
  ProductName,
  ProductRotation,
  Status,
  StoredKey,
  User,
} from "./record.js";

/** A member that may be absent, as `null` or not there at all. */
type Optional<Value> = Value | null | undefined;

/** The part of a list that is asked for. */
export interface ListPart {
  /** The records' ids are greater. 0 if absent. */
  after?: Optional<number>;
  /** The most records that are listed, 1 to 500. 500 if absent. */
  limit?: Optional<number>;
}

/** The members of each command. `companyEmail` is the company's registered e-mail, in any case. */
export interface Commands {
  add_company: {
    /** 1 to 200 characters, no control characters. */
    name: string;
    /** Labels of ASCII letters, digits and inner hyphens; stored in lower case. Unique among companies. */
    domain: string;
    /** The address that the company registers; stored in lower case. Unique among companies. */
    email: string;
    /** The products to which its users may sign on. All of the server's products if absent. */
    products?: Optional<readonly ProductName[]>;
    /**
     * At most 100 domains; stored in lower case. The partner's sign-ons create users with an e-mail of exactly these. All domains if
     * absent or empty.
     */
    emailDomains?: Optional<readonly string[]>;
    /** 1 to 200 characters, no control characters. `ENTERPRISE` if absent. */
    accountType?: Optional<string>;
  };
  list_companies: ListPart;
  set_company_status: { companyEmail: string; status: Status };
  /** Sets the members that are there, at least one. Empty `emailDomains` stand for all domains. */
  set_company: { companyEmail: string } & Settable<CompanyMembers>;
  sign_out_company: { companyEmail: string };
  delete_company: { companyEmail: string };
  issue_key: {
    companyEmail: string;
    /** In milliseconds since 1970; never if absent. */
    expiresAt?: Optional<number>;
  };
  rotate_key: Commands["issue_key"] & {
    /** The key that is replaced. */
    keyId: number;
    /** Leaves that key as it is, and does not revoke it. */
    keep?: Optional<boolean>;
  };
  list_keys: { companyEmail: string } & ListPart;
  set_key_status: { companyEmail: string; keyId: number; status: KeyStatus };
  end_key: { companyEmail: string; keyId: number };
  add_user: {
    companyEmail: string;
    /** Stored in lower case. Unique among the company's users. */
    userEmail: string;
    /** 1 to 1,024 bytes of UTF-8, used as they are. Its hash alone is stored. */
    password: string;
  };
  list_users: { companyEmail: string } & ListPart;
  show_user: { companyEmail: string; userEmail: string };
  set_user_status: { companyEmail: string; userEmail: string; status: Status };
  set_user_manager: { companyEmail: string; userEmail: string; managedBy: Manager };
  /** Sets the members that are there, at least one. */
  set_user: { companyEmail: string; userEmail: string } & Settable<UserMembers>;
  set_user_email: {
    companyEmail: string;
    userEmail: string;
    /** Stored in lower case. Unique among the company's users. */
    newEmail: string;
  };
  sign_out_user: { companyEmail: string; userEmail: string };
  delete_user: { companyEmail: string; userEmail: string };
  count_hashes: { companyEmail: string } & ListPart;
  disable_hashes: { companyEmail: string; kind: HashKind } & ListPart;
  list_products: object;
  set_product: {
    /** One of the server's products. */
    name: ProductName;
    /** `http` or `https`, without a fragment. A launch appends the query parameter `code` to it. */
    launchUrl: string;
  };
  rotate_product: {
    /** One of the server's products, which is set already. */
    name: ProductName;
    /** The time for which the secret that the product had is accepted, in milliseconds, at most 30 days. 0 if absent. */
    overlap?: Optional<number>;
  };
  /** Lists stored events. What is absent is not asked for. */
  list_events: {
    /** In milliseconds since 1970. */
    since?: Optional<number>;
    companyEmail?: Optional<string>;
    /** A user of that company. */
    userEmail?: Optional<string>;
    keyId?: Optional<number>;
    kind?: Optional<Event["kind"]>;
  } & ListPart;
  purge: object;
  /** `before` is a time up to now, in milliseconds since 1970. */
  purge_events: { before: number };
}

/** The `return` of each command's answer. */
export interface Returns {
  add_company: { company: ListedCompany };
  list_companies: { companies: ListedCompany[] } & NextPart;
  set_company_status: object;
  set_company: object;
  sign_out_company: object;
  delete_company: object;
  issue_key: IssuedKey;
  rotate_key: IssuedKey;
  list_keys: { keys: ListedKey[] } & NextPart;
  set_key_status: object;
  end_key: {
    /** The number of passwords that were made unusable. */
    passwords: number;
  };
  add_user: { user: ListedUser };
  list_users: { users: ListedUser[] } & NextPart;
  show_user: ShownUser;
  set_user_status: object;
  set_user_manager: object;
  set_user: object;
  set_user_email: object;
  sign_out_user: object;
  delete_user: object;
  count_hashes: HashCounts & NextPart;
  disable_hashes: { disabled: number } & NextPart;
  list_products: { products: ListedProduct[] };
  set_product: SetProduct;
  rotate_product: RotatedProduct;
  list_events: { events: ListedEvent[] } & NextPart;
  purge_events: {
    /** The number of events that were deleted. */
    purged: number;
  };
  purge: {
    /** The number of tokens and codes that were deleted. */
    purged: number;
  };
}

/** A company, as an operator is told of it. */
export interface ListedCompany extends Omit<Company, "id"> {
  companyId: number;
}

/** A key that was just issued. */
export interface IssuedKey {
  keyId: number;
  companyId: number;
  /** The key itself. It is stored nowhere: whoever loses it needs a new one. */
  ssokey: string;
  /** In milliseconds since 1970; `null` for never. */
  expiresAt: number | null;
}

/** A key, as an operator is told of it. */
export interface ListedKey extends Omit<StoredKey, "id" | "companyId"> {
  keyId: number;
}

/** A user, as an operator is told of them. */
export interface ListedUser
  extends Pick<
    User,
    "email" | "loginId" | "displayName" | "isCreator" | "isCompanyAdmin" | "permissions" | "status" | "managedBy"
  > {
  userId: number;
}

/** A user, and what is known of the stored password. */
export interface ShownUser {
  user: ListedUser;
  /** When it was set at the partner, in milliseconds since 1970; `null` where that is not known. */
  issuedAt: number | null;
  /** The key by which it was set; `null` where no key did. */
  passwordKeyId: number | null;
}

/** An event as it is stored. `userEmail` is the address that its user has now; `null` where there is none. */
export type StoredEvent = Event & { id: number; userEmail: string | null };

/** A stored event, as an operator is told of it. */
export type ListedEvent = Event & { eventId: number; userEmail: string | null };

/** The events that are listed: from `since` on, and with each of the others that is not `null`. */
export interface EventFilter {
  since: number;
  companyId: number | null;
  userId: number | null;
  keyId: number | null;
  kind: string | null;
}

/** A product, as an operator is told of it. */
export type ListedProduct = Pick<Product, "name" | "launchUrl" | "previousSecretExpiresAt">;

/** A product that was just set. */
export interface SetProduct {
  name: ProductName;
  launchUrl: string;
  /**
   * The secret with which a new product exchanges codes; `null` where the product was there and keeps its own. It is stored
   * nowhere: whoever loses it rotates it.
   */
  secret: string | null;
}

/** A product that has just got a new secret. */
export interface RotatedProduct {
  name: ProductName;
  /** The new secret. It is stored nowhere. */
  secret: string;
  /** The end of the secret that the product had; `null` where that is not accepted any more. */
  previousSecretExpiresAt: number | null;
}

/** The place at which the next part of a list begins. */
export interface NextPart {
  /** The `after` of the next part; `null` if there is none. */
  next: number | null;
}

/** The name of a command. */
export type CommandName = keyof Commands;

/** An order of the operator's: `{"command":"list_keys","companyEmail":"it@partner.example"}`. */
export type Command<Name extends CommandName = CommandName> = { [N in Name]: { command: N } & Commands[N] }[Name];

/** What the operator sets of a company. `null` leaves a member as it is. */
export type CompanyMembers = Nullable<
  Pick<Company, "name" | "emailDomains" | "accountType" | "domainOwnershipVerified" | "domainMxVerified">
>;

/** What answers say of a user and the operator sets. `null` leaves a member as it is. */
export type UserMembers = Nullable<Pick<User, "loginId" | "displayName" | "isCreator" | "isCompanyAdmin" | "permissions">>;

type Nullable<Members> = { [Name in keyof Members]: Members[Name] | null };

type Settable<Members> = { [Name in keyof Members]?: Members[Name] | undefined };

/** The kind of a stored hash: of the costs of a new one, of others, or not to be read by the hasher that ships. */
export type HashKind = "current" | "other" | "unreadable";

/** The numbers of users by the kind of their hashes. A `disabled` one was made unusable by the operator. */
export type HashCounts = Record<HashKind | "disabled", number>;

/** A compare-and-swap of a hash for a text that no password matches. */
export interface PasswordDisabling {
  companyId: number;
  userId: number;
  expectedHash: string;
  passwordHash: string;
}

/** A key that is revoked, and the text for the hashes of the passwords that it set, which no password matches. */
export interface KeyEnding {
  companyId: number;
  keyId: number;
  passwordHash: string;
}

/** A key to store in the place of one that the company has and that is not revoked. */
export interface KeyRotation {
  companyId: number;
  keyId: number;
  key: NewKey;
  /** Revokes the key `keyId` in the same operation. */
  revoke: boolean;
}

/** A part of a list, in the order of ids. */
export interface Page {
  /** The records' ids are greater. */
  after: number;
  /** The most records that are listed. */
  limit: number;
}

/** The members of each call that only commands have. */
export interface OperatorCalls {
  find_company_by_email: { email: string };
  create_company: { company: NewCompany; event: Event };
  list_companies: Page;
  set_company_status: { companyId: number; status: Status; event: Event };
  set_company: { companyId: number } & CompanyMembers & { event: Event };
  save_key: { key: NewKey; event: Event };
  rotate_key: KeyRotation & { event: Event };
  list_keys: { companyId: number } & Page;
  set_key_status: { companyId: number; keyId: number; status: KeyStatus; event: Event };
  end_key: KeyEnding & { event: Event };
  sign_out: { companyId: number; userId: number | null; event: Event };
  delete_company: { companyId: number; event: Event };
  list_users: { companyId: number } & Page;
  set_user_status: { companyId: number; userId: number; status: Status; event: Event };
  set_user_manager: { companyId: number; userId: number; managedBy: Manager; event: Event };
  set_user: { companyId: number; userId: number } & UserMembers & { event: Event };
  set_user_email: { companyId: number; userId: number; email: string; event: Event };
  delete_user: { companyId: number; userId: number; event: Event };
  disable_password: PasswordDisabling & { event: Event };
  list_products: object;
  save_product: NewProduct & { event: Event };
  rotate_product: ProductRotation & { event: Event };
  list_events: EventFilter & Page;
  purge: { now: number };
  purge_events: { before: number; event: Event };
}

/** The replies that fit each of these calls. */
export interface OperatorReplies {
  find_company_by_email: { reply: "company"; company: Company } | None;
  create_company: { reply: "company"; company: Company } | Exists;
  list_companies: { reply: "companies"; companies: Company[] };
  set_company_status: Done | None;
  set_company: Done | None;
  save_key: { reply: "saved_key"; keyId: number };
  rotate_key: { reply: "saved_key"; keyId: number } | None;
  list_keys: { reply: "keys"; keys: StoredKey[] };
  set_key_status: Done | None;
  end_key: { reply: "ended"; count: number } | None;
  sign_out: Done | None;
  delete_company: Done | None;
  list_users: { reply: "users"; users: User[] };
  set_user_status: Done | None;
  set_user_manager: Done | None;
  set_user: Done | None;
  set_user_email: Done | None | Exists;
  delete_user: Done | None;
  disable_password: Done | Stale;
  list_products: { reply: "products"; products: Product[] };
  save_product: Done | Exists;
  rotate_product: Done | None;
  list_events: { reply: "events"; events: StoredEvent[] };
  purge: { reply: "purged"; count: number };
  purge_events: { reply: "purged"; count: number };
}

/** The reasons of the events of the operator's changes, by their kinds. */
export interface OperatorEventReasons {
  company_added: null;
  company_status_set: Status;
  company_set: null;
  company_deleted: null;
  key_issued: null;
  key_rotated: null;
  key_status_set: KeyStatus;
  key_ended: null;
  signed_out: null;
  user_added: null;
  user_status_set: Status;
  user_manager_set: Manager;
  user_set: null;
  user_email_set: null;
  user_deleted: null;
  password_disabled: HashKind;
  product_set: null;
  product_rotated: null;
  events_purged: null;
}
