import type { Pool, PoolClient, QueryConfig, QueryResult } from "pg";
import { within } from "../../core/late.js";
import { CLOSE_TIMEOUT, CONNECT_TIMEOUT, MIGRATION_TIMEOUT, OPERATOR_TIMEOUT, STATEMENT_TIMEOUT, Trust } from "../bound.js";
import { imported, type Opened, requireAddress } from "../driver.js";
import { executorOver, type PostgresPool } from "./executor.js";

/** A database by its URL, or a pool that is there already. */
export type PostgresAddress =
  | {
      /** `postgres://user:password@host:port/database`, with parameters such as `sslmode=verify-full`. */
      url: string;
      /** The largest number of connections. Default 10. */
      connections?: number | undefined;
      /** The time that a call waits for a connection before it fails, in milliseconds. Default 3000. */
      connectTimeout?: number | undefined;
      /** The time that a statement of a request has before it fails, in milliseconds. Default 4000. */
      statementTimeout?: number | undefined;
    }
  | {
      /** Whoever made it ends it, and bounds what it waits for. */
      pool: PostgresPool;
    };

const KEEP_ALIVE_DELAY = 5_000;

/** Opens a pool, or takes the one that is there. */
export async function open(address: PostgresAddress): Promise<Opened<Promise<void>>> {
  requireAddress("PostgreSQL", "postgres", address, ["query", "connect"]);
  if (!("url" in address)) return { db: executorOver(address.pool), close: async () => {} };
  const { url, connections = 10, connectTimeout = CONNECT_TIMEOUT, statementTimeout = STATEMENT_TIMEOUT } = address;
  const { Pool } = (await imported("PostgreSQL", "pg", () => import("pg"))).default;
  const pool = new Pool({
    connectionString: url,
    max: connections,
    connectionTimeoutMillis: connectTimeout,
    keepAlive: true,
    keepAliveInitialDelayMillis: KEEP_ALIVE_DELAY,
  });
  // An idle connection that breaks is dropped by the pool, and the next call opens a new one. Unheard, the event would end
  // the process.
  pool.on("error", () => {});
  const open = new Set<PoolClient>();
  // So would that of one in use, whose statement fails as well.
  pool.on("connect", (client) => void open.add(client.on("error", () => {})));
  pool.on("remove", (client) => void open.delete(client));
  const trust = new Trust();
  const db = executorOver(bounded(pool, trust, statementTimeout));
  const patient = executorOver(bounded(pool, trust, OPERATOR_TIMEOUT));
  return {
    db: { ...db, patient },
    async close() {
      await within(CLOSE_TIMEOUT, pool.end(), "the pool has not ended").catch(() => {});
      for (const client of open) streamOf(client).destroy();
    },
  };
}

/**
 * Returns the pool as one whose statements end in time. The server is not told to cancel one that does not: while it waits for a
 * replica it would commit, and say that it had not.
 */
function bounded(pool: Pool, trust: Trust, timeout: number): PostgresPool {
  const connect = async (): Promise<PoolClient> => {
    for (;;) {
      const client = await pool.connect();
      if (trust.includes(client)) return client;
      discard(client);
    }
  };
  return {
    async query(text, values) {
      const client = await connect();
      try {
        const result = await send(client, timeout, text, values);
        trust.renew(client);
        client.release();
        return result;
      } catch (error) {
        // Whatever the server says has a severity; all else is said of the connection.
        if (!("severity" in Object(error))) trust.lose();
        discard(client);
        throw error;
      }
    },
    async connect() {
      const client = await connect();
      return {
        query: (text, values) => send(client, MIGRATION_TIMEOUT, text, values),
        release: (isBroken) => client.release(isBroken),
      };
    },
  };
}

function send(client: PoolClient, timeout: number, text: string, values: unknown[] = []): Promise<QueryResult> {
  // The driver's types do not know the time-out of one statement.
  const config: QueryConfig = Object.assign({ text, values }, { query_timeout: timeout });
  return client.query(config);
}

/** Closes a connection without a farewell, for which it would wait. */
function discard(client: PoolClient): void {
  client.release(true);
  streamOf(client).destroy();
}

/** The driver's types do not have what its own pool uses. */
function streamOf(client: PoolClient): { destroy(): void } {
  return (client as unknown as { connection: { stream: { destroy(): void } } }).connection.stream;
}
