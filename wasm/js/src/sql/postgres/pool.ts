import { errorCode } from "../../core/error.js";

/** What is needed of a pool of the package `pg`; one of its `Pool`s fits. */
export interface PostgresPool {
  query(text: string, values?: unknown[]): Promise<{ rows: unknown[]; rowCount: number | null }>;
  /** Migrations alone take a connection of their own. */
  connect(): Promise<PostgresConnection>;
}

/** What is needed of a connection of such a pool. */
export interface PostgresConnection extends Pick<PostgresPool, "query"> {
  /** Gives it back; with `true` it is closed. */
  release(isBroken?: boolean): void;
}

/** A database by its URL, or a pool that is there already. */
export type PostgresAddress =
  | {
      /** `postgres://user:password@host:port/database`, with parameters such as `sslmode=verify-full`. */
      url: string;
      /** How many connections there are at most. Default 10. */
      connections?: number;
      /** How long a call waits for a connection before it fails, in milliseconds. Default 5000. */
      connectTimeout?: number;
    }
  | {
      /** Whoever made it ends it. */
      pool: PostgresPool;
    };

/** A pool, and how to give it back. */
export interface OpenPool {
  pool: PostgresPool;
  close(): Promise<void>;
}

export async function openPool(address: PostgresAddress): Promise<OpenPool> {
  if ("pool" in address) return { pool: address.pool, close: async () => {} };
  const { url, connections = 10, connectTimeout = 5000 } = address;
  const { Pool } = await driver();
  const pool = new Pool({ connectionString: url, max: connections, connectionTimeoutMillis: connectTimeout });
  // An idle connection that breaks is dropped by the pool, and the next call opens another. Unheard, the event would end
  // the process.
  pool.on("error", () => {});
  return { pool, close: () => pool.end() };
}

async function driver(): Promise<Pick<typeof import("pg"), "Pool">> {
  try {
    const { default: pg } = await import("pg");
    return pg;
  } catch (error) {
    throw errorCode(error) === "ERR_MODULE_NOT_FOUND" ? new MissingPostgresDriverError({ cause: error }) : error;
  }
}

/** The optional peer dependency `pg` is not installed. */
export class MissingPostgresDriverError extends Error {
  override readonly name = "MissingPostgresDriverError";

  constructor(options?: ErrorOptions) {
    super("the PostgreSQL storage needs the package `pg`: npm install pg", options);
  }
}
