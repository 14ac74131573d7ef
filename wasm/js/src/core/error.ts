import type { CallName, Fault } from "./wire.js";

/** An error of this package. Its message holds no value, so that it may be told. */
export class OwnError extends Error {}

/** Returns the code of an error of Node or of a database's driver, for example `ENOENT` or `SQLITE_BUSY`; if any. */
export function errorCode(error: unknown): unknown {
  return (Object(error) as { code?: unknown }).code;
}

/**
 * A reply of the storage, or of what hashes, that does not fit its call: for example an id that is a string. It tells the
 * member and what was expected of it, and no value. The client gets 500.
 */
export class HostFaultError extends OwnError {
  override readonly name = "HostFaultError";
  readonly call: CallName;
  /** A path such as `key.id`, through arrays by index; `reply` for the reply as a whole. */
  readonly member: string;
  readonly expected: string;

  constructor({ call, member, expected }: Fault) {
    super(`the reply to \`${call}\` does not fit: \`${member}\` must be ${expected}`);
    this.call = call;
    this.member = member;
    this.expected = expected;
  }
}
