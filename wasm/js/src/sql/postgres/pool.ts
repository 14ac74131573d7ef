import { imported, type Opened, requireAddress } from "../driver.js";
import { executorOver, type PostgresPool } from "./executor.js";

/** A database by its URL, or a pool that is there already. */
export type PostgresAddress =
  | {
      /** `postgres://user:password@host:port/database`, with parameters such as `sslmode=verify-full`. */
      url: string;
      /** The largest number of connections. Default 10. */
      connections?: number;
      /** The time that a call waits for a connection before it fails, in milliseconds. Default 5000. */
      connectTimeout?: number;
    }
  | {
      /** Whoever made it ends it. */
      pool: PostgresPool;
    };

/** Opens a pool, or takes the one that is there. */
export async function open(address: PostgresAddress): Promise<Opened<Promise<void>>> {
  requireAddress("PostgreSQL", "postgres", address, ["query", "connect"]);
  if (!("url" in address)) return { db: executorOver(address.pool), close: async () => {} };
  const { url, connections = 10, connectTimeout = 5000 } = address;
  const { Pool } = (await imported("PostgreSQL", "pg", () => import("pg"))).default;
  const pool = new Pool({ connectionString: url, max: connections, connectionTimeoutMillis: connectTimeout });
  // An idle connection that breaks is dropped by the pool, and the next call opens a new one. Unheard, the event would end
  // the process.
  pool.on("error", () => {});
  return { db: executorOver(pool), close: () => pool.end() };
}
