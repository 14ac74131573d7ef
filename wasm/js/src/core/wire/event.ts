import type { CallName } from "./call.js";
import type { OperatorEventReasons } from "./operator.js";
import type { ProductName } from "./record.js";

/** The reasons of events, by their kinds. */
export interface EventReasons extends OperatorEventReasons {
  rate_limited: Purpose;
  key_refused: "malformed" | "unknown" | "disabled" | "revoked" | "expired" | "company_disabled";
  access_denied: "product" | "user" | "email_domain";
  sign_in_refused: "company" | "company_disabled" | "user" | "password" | "disabled" | "unreadable";
  hash_unreadable: null;
  host_fault: "wrong_record" | "unfit_reply";
  /** Stands for events that a storage of this package's does not keep one by one. The reason is their kinds and numbers, `key_refused 12, rate_limited 3`. */
  refusals_omitted: string;
  signed_on: null;
  user_created: null;
  password_replaced: null;
  launched: "matched" | "created" | "replaced";
  exchanged: null;
  signed_in: null;
}

/** A mistake in a reply of the host's. It holds no value. */
export interface Fault {
  call: CallName;
  /** A path such as `key.id`, through arrays by index; `reply` for the reply as a whole. */
  member: string;
  /** The form that was expected, for example `a time or null`. */
  expected: string;
}

/** An audit event. It holds no secret and nothing that was typed in. */
export type Event<Kind extends keyof EventReasons = keyof EventReasons> = {
  [K in Kind]: {
    kind: K;
    reason: EventReasons[K];
    at: number;
    /** The client's address, if the host supplies it; `null` for the operator. */
    source: string | null;
    companyId: number | null;
    keyId: number | null;
    userId: number | null;
    /** The product that a token or code is for, that was denied, or that was set. */
    product: ProductName | null;
    fault: K extends "host_fault" ? Fault : null;
  };
}[Kind];

/** The kinds of attempts that are counted apart. */
export type Purpose = "sign_on" | "direct" | "local" | "replacement";
