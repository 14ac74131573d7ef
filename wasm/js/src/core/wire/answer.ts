// The bodies of answers, as `spec/openapi.yaml` has them.

/** The user to whom an answer belongs: the `return` of a success. */
export interface SignedOnUser {
  loginId: string;
  companyName: string;
  isCreator: boolean;
  domainOwnershipVerified: boolean;
  /** A UUID, valid until it expires or is ended. */
  token: string;
  /** In lower case. */
  email: string;
  userId: number;
  permissions: string[];
  isCompanyAdmin: boolean;
  /** For example `ENTERPRISE`. */
  accountType: string;
  domainMxVerified: boolean;
  companyId: number;
  displayName: string;
  companyDomain: string;
}

/** The documented success. */
export interface SuccessAnswer {
  status_code: 200;
  return: SignedOnUser;
  stat: "ok";
  /** With `legacyStatus`. */
  success?: true;
}

/** A success that holds nothing. */
export interface EmptyAnswer<Status extends 200 | 303 = 200 | 303> {
  status_code: Status;
  return: Record<string, never>;
  stat: "ok";
  success?: true;
}

/** The catalogue of errors. */
export interface Errors {
  4000: { status: 400; name: "malformed_request" };
  4001: { status: 400; name: "missing_parameter" };
  4002: { status: 400; name: "duplicate_parameter" };
  4003: { status: 400; name: "invalid_parameter" };
  4010: { status: 401; name: "invalid_ssokey" };
  4011: { status: 401; name: "invalid_credentials" };
  4012: { status: 401; name: "invalid_token" };
  4030: { status: 403; name: "access_denied" };
  4040: { status: 404; name: "not_found" };
  4050: { status: 405; name: "method_not_allowed" };
  4090: { status: 409; name: "identity_unavailable" };
  4091: { status: 409; name: "concurrent_update" };
  4092: { status: 409; name: "outdated_password" };
  /** For the operator only. */
  4093: { status: 409; name: "already_exists" };
  4130: { status: 413; name: "too_large" };
  4150: { status: 415; name: "unsupported_media_type" };
  4290: { status: 429; name: "rate_limited" };
  5000: { status: 500; name: "internal" };
  5030: { status: 503; name: "storage_unavailable" };
  5031: { status: 503; name: "overloaded" };
}

/** The code of an error. */
export type ErrorCode = keyof Errors;

/** The name of an error. */
export type ErrorName = Errors[ErrorCode]["name"];

/** The body of an error with one of these codes. */
export type ErrorAnswer<Code extends ErrorCode = ErrorCode> = {
  [C in Code]: {
    error: {
      code: C;
      name: Errors[C]["name"];
      /** For a person. */
      details: string;
    };
    status_code: Errors[C]["status"];
    stat: "fail";
    success?: false;
  };
}[Code];

type Unreadable = 4000 | 4001 | 4002 | 4003 | 4050 | 4130;
type OfSignOn = Unreadable | 4010 | 4030 | 4090 | 4091 | 4092 | 4150 | 4290 | 5000 | 5030 | 5031;

/** The body of an answer at `/api/sso/authenticate`. */
export type SignOnAnswer = SuccessAnswer | ErrorAnswer<OfSignOn>;
/** The body of an answer at `/api/sso/login`. */
export type LaunchAnswer = EmptyAnswer<303> | ErrorAnswer<OfSignOn>;
/** The body of an answer at `/api/sso/exchange`. */
export type ExchangeAnswer = SuccessAnswer | ErrorAnswer<Unreadable | 4012 | 4150 | 5000 | 5030>;
/** The body of an answer at `/api/authenticate`. */
export type DirectSignInAnswer = SuccessAnswer | ErrorAnswer<Unreadable | 4011 | 4030 | 4150 | 4290 | 5000 | 5030 | 5031>;
/** The body of an answer at `/api/session`. */
export type SessionAnswer = SuccessAnswer | ErrorAnswer<Unreadable | 4012 | 5000 | 5030>;
/** The body of an answer at `/api/signout`. */
export type SignOutAnswer = EmptyAnswer<200> | ErrorAnswer<Exclude<Unreadable, 4001> | 4012 | 4150 | 5000 | 5030>;
