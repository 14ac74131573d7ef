import { within } from "../../core/late.js";
import { CLOSE_TIMEOUT, CONNECT_TIMEOUT, MIGRATION_TIMEOUT, OPERATOR_TIMEOUT, STATEMENT_TIMEOUT, Trust } from "../bound.js";
import { imported, type Opened, requireAddress } from "../driver.js";
import { executorOver, type MariadbConnection, type MariadbPool, onConnection } from "./executor.js";

/** A database by its URL, or a pool that is there already. */
export type MariadbAddress =
  | {
      /** `mariadb://user:password@host:port/database`, or `mysql://…`, with options of `mysql2` as parameters. */
      url: string;
      /** The largest number of connections. Default 10. */
      connections?: number | undefined;
      /** The time that a call waits for a connection before it fails, in milliseconds. Default 3000. */
      connectTimeout?: number | undefined;
      /** The time that a statement of a request has before it fails, in milliseconds. Default 4000. */
      statementTimeout?: number | undefined;
    }
  | {
      /**
       * Whoever made it ends it, and bounds what it waits for. It keeps the flag `FOUND_ROWS`, a strict `sql_mode`,
       * `autocommit` and rows as objects, the defaults.
       */
      pool: MariadbPool;
    };

/**
 * A text that does not fit is refused, never cut, and its bytes are read as what they are; what is written is committed; and a
 * transaction sees what others have committed.
 */
const SETTINGS = [
  "SET SESSION sql_mode = 'STRICT_ALL_TABLES,NO_ENGINE_SUBSTITUTION', NAMES utf8mb4",
  "SET SESSION autocommit = 1, completion_type = 0, foreign_key_checks = 1",
  "SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED",
];

/** Opens a pool, or takes the one that is there. */
export async function open(address: MariadbAddress): Promise<Opened<Promise<void>>> {
  requireAddress("MariaDB", "mariadb", address, ["execute", "getConnection"]);
  if (!("url" in address)) return { db: executorOver(address.pool), close: async () => {} };
  const { url, connections = 10, connectTimeout = CONNECT_TIMEOUT, statementTimeout = STATEMENT_TIMEOUT } = address;
  const { createPool } = (await imported("MariaDB", "mysql2", () => import("mysql2"))).default;
  const settings = { charset: "utf8mb4", flags: ["FOUND_ROWS"], connectTimeout, connectionLimit: connections };
  const pool = createPool({ ...settings, uri: url });
  const open = new Set<{ destroy(): void }>();
  pool.on("connection", (connection) => {
    open.add(connection);
    for (const ended of ["end", "error"]) connection.once(ended, () => open.delete(connection));
    // They are sent before the statement that the connection was opened for, which fails if they do.
    for (const sql of SETTINGS) connection.query(sql, (error: unknown) => error && connection.destroy());
  });
  const trust = new Trust();
  const promised = pool.promise() as unknown as DriverPool;
  const by = (timeout: number) => executorOver(bounded(promised, trust, connectTimeout, timeout));
  const migrating = by(MIGRATION_TIMEOUT);
  return {
    db: { ...by(statementTimeout), patient: by(OPERATOR_TIMEOUT), migrate: (statements) => migrating.migrate(statements) },
    async close() {
      await within(CLOSE_TIMEOUT, pool.promise().end(), "the pool has not ended").catch(() => {});
      for (const connection of open) connection.destroy();
    },
  };
}

interface DriverPool {
  getConnection(): Promise<DriverConnection>;
}

interface DriverConnection extends MariadbConnection {
  destroy(): void;
  /** The connection itself: this is a view of it. */
  readonly connection: object;
}

/**
 * Returns the pool as one whose callers wait for a connection and for each statement no longer than that: the driver lets them wait
 * for ever. A connection that was late is closed.
 */
function bounded(pool: DriverPool, trust: Trust, connectTimeout: number, timeout: number): MariadbPool {
  const free = async (): Promise<DriverConnection> => {
    const connecting = pool.getConnection();
    let isLate = false;
    connecting.then((connection) => isLate && connection.release()).catch(() => {});
    try {
      return await within(connectTimeout, connecting, "no connection has become free");
    } catch (error) {
      isLate = true;
      throw error;
    }
  };
  const getConnection = async (): Promise<MariadbConnection> => {
    for (;;) {
      const connection = await free();
      if (trust.includes(connection.connection)) return boundedConnection(connection, trust, timeout);
      connection.destroy();
    }
  };
  return { getConnection, execute: (sql, values) => onConnection({ getConnection }, (by) => by.execute(sql, values)) };
}

function boundedConnection(connection: DriverConnection, trust: Trust, timeout: number): MariadbConnection {
  let isLost = false;
  const guard = async <Result>(run: () => Promise<Result>): Promise<Result> => {
    try {
      return await within(timeout, run(), "the server has not answered");
    } catch (error) {
      // Whatever the server says has a state; all else is said of the connection.
      if (!("sqlState" in Object(error))) {
        isLost = true;
        trust.lose();
        connection.destroy();
      }
      throw error;
    }
  };
  return {
    execute: (sql, values) => guard(() => connection.execute(sql, values)),
    beginTransaction: () => guard(() => connection.beginTransaction()),
    commit: () => guard(() => connection.commit()),
    rollback: async () => (isLost ? undefined : guard(() => connection.rollback())),
    release() {
      if (isLost) return;
      trust.renew(connection.connection);
      connection.release();
    },
  };
}
