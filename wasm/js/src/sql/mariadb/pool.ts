import { imported, type Opened, requireAddress } from "../driver.js";
import { executorOver, type MariadbConnection, type MariadbPool, onConnection } from "./executor.js";

/** A database by its URL, or a pool that is there already. */
export type MariadbAddress =
  | {
      /** `mariadb://user:password@host:port/database`, or `mysql://…`, with options of `mysql2` as parameters. */
      url: string;
      /** The largest number of connections. Default 10. */
      connections?: number;
      /** The time that a call waits for a connection before it fails, in milliseconds. Default 5000. */
      connectTimeout?: number;
    }
  | {
      /** Whoever made it ends it. It keeps the flag `FOUND_ROWS`, a strict `sql_mode` and rows as objects, the defaults. */
      pool: MariadbPool;
    };

/** A text that does not fit is refused, never cut; and a transaction sees what others have committed. */
const SETTINGS = [
  "SET SESSION sql_mode = 'STRICT_ALL_TABLES,NO_ENGINE_SUBSTITUTION'",
  "SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED",
];

/** Opens a pool, or takes the one that is there. */
export async function open(address: MariadbAddress): Promise<Opened<Promise<void>>> {
  requireAddress("MariaDB", "mariadb", address, ["execute", "getConnection"]);
  if (!("url" in address)) return { db: executorOver(address.pool), close: async () => {} };
  const { url, connections = 10, connectTimeout = 5000 } = address;
  const { createPool } = (await imported("MariaDB", "mysql2", () => import("mysql2"))).default;
  const settings = { charset: "utf8mb4", flags: ["FOUND_ROWS"], connectTimeout, connectionLimit: connections };
  const pool = createPool({ ...settings, uri: url });
  pool.on("connection", (connection) => {
    // They are sent before the statement that the connection was opened for, which fails if they do.
    for (const sql of SETTINGS) connection.query(sql, (error: unknown) => error && connection.destroy());
  });
  return { db: executorOver(bounded(pool.promise(), connectTimeout)), close: () => pool.promise().end() };
}

/** Returns the pool as one whose callers wait for a connection that long at most: the driver lets them wait for ever. */
function bounded(pool: MariadbPool, patience: number): MariadbPool {
  const getConnection = () =>
    new Promise<MariadbConnection>((resolve, reject) => {
      let isLate = false;
      const timer = setTimeout(() => {
        isLate = true;
        reject(Object.assign(new Error("no connection has become free in time"), { code: "ETIMEDOUT" }));
      }, patience);
      pool
        .getConnection()
        .then((connection) => (isLate ? connection.release() : resolve(connection)), reject)
        .finally(() => clearTimeout(timer));
    });
  return { getConnection, execute: (sql, values) => onConnection({ getConnection }, (by) => by.execute(sql, values)) };
}
