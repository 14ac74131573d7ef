// The operations of `spec/README.md`, and the calls to which each may lead. The core names the same.

/** The calls of each operation. */
export interface OperationCalls {
  sign_on:
    | "admit"
    | "give_back"
    | "find_key"
    | "find_user"
    | "verify_password"
    | "hash_password"
    | "create_user"
    | "replace_password"
    | "rehash_password"
    | "save_token"
    | "audit";
  launch: Exclude<OperationCalls["sign_on"], "save_token"> | "find_product" | "save_code";
  exchange: "find_product" | "save_token" | "take_code" | "audit";
  direct_sign_in: "admit" | "give_back" | "find_user" | "find_company" | "verify_password" | "save_token" | "audit";
  session: "find_token" | "audit";
  sign_out: "revoke_token" | "audit";
}

/** The name of an operation. */
export type OperationName = keyof OperationCalls;

/** An operation that is served. */
export interface Operation {
  name: OperationName;
  path: string;
  /** The calls to which it may lead. */
  calls: OperationCalls[OperationName][];
}
