import { errorCode } from "../../core/error.js";
import type { Value } from "../executor.js";

/** What is needed of a pool of `mysql2/promise`; what its `createPool` returns fits. */
export interface MariadbPool {
  execute(sql: string, values: Value[]): Promise<[result: unknown, fields: unknown]>;
  getConnection(): Promise<MariadbConnection>;
}

/** What is needed of a connection of such a pool. */
export interface MariadbConnection extends Pick<MariadbPool, "execute"> {
  beginTransaction(): Promise<void>;
  commit(): Promise<void>;
  rollback(): Promise<void>;
  release(): void;
}

/** A database by its URL, or a pool that is there already. */
export type MariadbAddress =
  | {
      /** `mariadb://user:password@host:port/database`, or `mysql://…`, with options of `mysql2` as parameters. */
      url: string;
      /** How many connections there are at most. Default 10. */
      connections?: number;
      /** How long connecting may take before a call fails, in milliseconds. Default 5000. */
      connectTimeout?: number;
    }
  | {
      /**
       * Whoever made it ends it. It keeps `mysql2`'s flag `FOUND_ROWS`, a strict `sql_mode`, and rows as objects, which are
       * the defaults.
       */
      pool: MariadbPool;
    };

/** A pool, and how to give it back. */
export interface OpenPool {
  pool: MariadbPool;
  close(): Promise<void>;
}

/** A text that does not fit is refused, never cut; and a transaction sees what others have committed. */
const SETTINGS = [
  "SET SESSION sql_mode = 'STRICT_ALL_TABLES,NO_ENGINE_SUBSTITUTION'",
  "SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED",
];

export async function openPool(address: MariadbAddress): Promise<OpenPool> {
  if ("pool" in address) return { pool: address.pool, close: async () => {} };
  const { url, connections = 10, connectTimeout = 5000 } = address;
  const { createPool } = await driver();
  const options = { charset: "utf8mb4", flags: ["FOUND_ROWS"], connectTimeout, connectionLimit: connections };
  const pool = createPool({ ...options, uri: url });
  pool.on("connection", (connection) => {
    // They are sent before the statement that the connection was opened for, which fails if they do.
    for (const sql of SETTINGS) connection.query(sql, (error: unknown) => error && connection.destroy());
  });
  const promised = pool.promise();
  return { pool: promised, close: () => promised.end() };
}

async function driver(): Promise<Pick<typeof import("mysql2"), "createPool">> {
  try {
    return (await import("mysql2")).default;
  } catch (error) {
    throw errorCode(error) === "ERR_MODULE_NOT_FOUND" ? new MissingMariadbDriverError({ cause: error }) : error;
  }
}

/** The optional peer dependency `mysql2` is not installed. */
export class MissingMariadbDriverError extends Error {
  override readonly name = "MissingMariadbDriverError";

  constructor(options?: ErrorOptions) {
    super("the MariaDB storage needs the package `mysql2`: npm install mysql2", options);
  }
}
