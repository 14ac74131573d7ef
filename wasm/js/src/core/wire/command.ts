// The operator's commands of `spec/README.md`, and the `return` of their answers.

import type { Company, Key, KeyStatus, Manager, ProductName, Status, User } from "./record.js";

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
    /** 1 to 200 characters, no control characters. `ENTERPRISE` if absent. */
    accountType?: Optional<string>;
  };
  list_companies: ListPart;
  set_company_status: { companyEmail: string; status: Status };
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
  add_user: {
    companyEmail: string;
    /** Stored in lower case. Unique among the company's users. */
    userEmail: string;
    /** 1 to 1,024 bytes of UTF-8, used as they are. Its hash alone is stored. */
    password: string;
  };
  list_users: { companyEmail: string } & ListPart;
  set_user_status: { companyEmail: string; userEmail: string; status: Status };
  set_user_manager: { companyEmail: string; userEmail: string; managedBy: Manager };
  set_product: {
    /** One of the server's products. */
    name: ProductName;
    /** `http` or `https`, without a fragment. A launch appends the query parameter `code` to it. */
    launchUrl: string;
    /** The time for which the secret that the product had is accepted, in milliseconds, at most 30 days. 0 if absent. */
    overlap?: Optional<number>;
  };
  purge: object;
}

/** The `return` of each command's answer. */
export interface Returns {
  add_company: { company: ListedCompany };
  list_companies: { companies: ListedCompany[] } & NextPart;
  set_company_status: object;
  issue_key: IssuedKey;
  rotate_key: IssuedKey;
  list_keys: { keys: ListedKey[] } & NextPart;
  set_key_status: object;
  add_user: { user: ListedUser };
  list_users: { users: ListedUser[] } & NextPart;
  set_user_status: object;
  set_user_manager: object;
  set_product: SetProduct;
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
export interface ListedKey extends Pick<Key, "status" | "expiresAt"> {
  keyId: number;
}

/** A user, as an operator is told of them. */
export interface ListedUser extends Pick<User, "email" | "status" | "managedBy"> {
  userId: number;
}

/** A product that was just set. */
export interface SetProduct {
  name: ProductName;
  launchUrl: string;
  /** The secret with which the product exchanges codes. It is stored nowhere: whoever loses it sets the product again. */
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
