// Bounds on what a database's server does, and on what it leaves undone.

/** The time that a statement of a request has, in milliseconds. With what connecting takes it keeps a recovery below 5 s. */
export const STATEMENT_TIMEOUT = 4_000;
/** The time that a call waits for a connection, in milliseconds. */
export const CONNECT_TIMEOUT = 3_000;
/** The time that a statement of the operator has, which may change each row of a table, in milliseconds. */
export const OPERATOR_TIMEOUT = 60_000;
/** The time that a statement of a migration has, in milliseconds. */
export const MIGRATION_TIMEOUT = 600_000;
/** The time that a pool has to end politely, in milliseconds. */
export const CLOSE_TIMEOUT = 1_000;

/**
 * Tells which idle connections can be relied on. Once one was found dead, those that nobody has used since may be dead as well: a
 * network that forgot them tells nobody, and each would cost a request its time.
 */
export class Trust {
  #lostAt = Number.NEGATIVE_INFINITY;
  readonly #usedAt = new WeakMap<object, number>();

  /** Returns whether the connection is new, or has answered since one was lost. */
  includes(connection: object): boolean {
    return (this.#usedAt.get(connection) ?? Number.POSITIVE_INFINITY) > this.#lostAt;
  }

  /** Notes that the connection has answered. */
  renew(connection: object): void {
    this.#usedAt.set(connection, performance.now());
  }

  /** Notes that a connection was lost. */
  lose(): void {
    this.#lostAt = performance.now();
  }
}
