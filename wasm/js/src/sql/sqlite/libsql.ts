import type { Client } from "@libsql/client";
import { errorCode, OwnError } from "../../core/error.js";
import { LateError, within } from "../../core/late.js";
import { STATEMENT_TIMEOUT } from "../bound.js";
import { imported, requireOptionsOf, requireThat } from "../driver.js";
import type { Executor, Statement, Value } from "../executor.js";
import { DatabaseFile } from "./file.js";

/** The database to open. */
export interface Address {
  /** `file:` for a file, `libsql:`, `https:` or `wss:` for a libSQL server, `:memory:` for neither. */
  url: string;
  /** For a libSQL server. */
  authToken?: string | undefined;
  /** The time that a statement waits for a different process that is writing, in milliseconds, before it fails. Default 5000. */
  busyTimeout?: number | undefined;
}

/** The longest time before a statement that had no turn is tried again, in milliseconds. */
const PAUSE = 50;

/**
 * A database that runs one statement after the other.
 *
 * On a file, a statement that failed because a different process was writing stays in progress inside the driver. While it
 * does, later writes on that connection report success and are never committed. So a connection on which a statement
 * failed is replaced before the next statement runs: that is why they queue here.
 */
export class Connection implements Executor {
  readonly #client: Client;
  readonly #file: DatabaseFile | undefined;
  readonly #busyTimeout: number;
  #isFresh = true;
  #last: Promise<unknown> = Promise.resolve();

  private constructor(client: Client, file: DatabaseFile | undefined, busyTimeout: number) {
    this.#client = client;
    this.#file = file;
    this.#busyTimeout = busyTimeout;
  }

  get isFile(): boolean {
    return this.#file !== undefined;
  }

  static async open(address: Address): Promise<Connection> {
    const { url, authToken, busyTimeout = 5000 } = Object(address) as Address;
    const isRight = typeof url === "string" && url.includes(":");
    requireThat(isRight, 'the SQLite storage needs `{ url }`, such as `{ url: "file:sso.db" }`: a path begins with `file:`');
    requireOptionsOf(address, ["url", "authToken"], ["busyTimeout"], 0);
    const { createClient } = await imported("SQLite", "@libsql/client", () => import("@libsql/client"));
    const isFile = url.startsWith("file:") && !url.startsWith("file::memory:");
    const file = isFile ? await DatabaseFile.create(url) : undefined;
    const client = createClient({
      url: file?.url ?? url,
      ...(authToken !== undefined && { authToken }),
      intMode: "number",
      concurrency: isFile ? 1 : 20,
      // The driver would wait on the event loop.
      timeout: 0,
      fetch: (request: Request) => fetch(request, { signal: AbortSignal.timeout(STATEMENT_TIMEOUT) }),
    });
    return new Connection(client, file, busyTimeout);
  }

  async query<Row>(sql: string, values: readonly Value[]): Promise<Row[]> {
    const result = await this.#inTurn(() => this.#client.execute({ sql, args: [...values] }));
    return result.rows as unknown as Row[];
  }

  async change(sql: string, values: readonly Value[]): Promise<number> {
    const result = await this.#inTurn(() => this.#client.execute({ sql, args: [...values] }));
    return result.rowsAffected;
  }

  async transaction(statements: readonly Statement[]): Promise<number[]> {
    const batch = statements.map(({ sql, values }) => ({ sql, args: [...values] }));
    const run = () => this.#client.batch(batch, "write");
    const results = await (this.isFile ? this.#inTurn(run) : this.#oneByOne(() => this.#untilFree(run)));
    return results.map(({ rowsAffected }) => rowsAffected);
  }

  close(): void {
    this.#client.close();
  }

  #inTurn<Result>(run: () => Promise<Result>): Promise<Result> {
    const file = this.#file;
    return file ? this.#oneByOne((since) => this.#untilFree(() => this.#run(file, run), since)) : this.#untilFree(run);
  }

  /** Of several transactions at once a libSQL server may finish none: each waits for all others without an end. */
  #oneByOne<Result>(run: (since: number) => Promise<Result>): Promise<Result> {
    const since = performance.now();
    const result = this.#last.then(() => {
      // On a server that is silent each would wait for all before it.
      if (!this.isFile && performance.now() - since > STATEMENT_TIMEOUT) throw new LateError("no turn has come");
      return run(since);
    });
    this.#last = result.catch(() => {});
    return result;
  }

  /** A server that is busy, or a file that is locked, says so at once, and nothing has changed. Who queued has waited `since` then. */
  async #untilFree<Result>(run: () => Promise<Result>, since = performance.now()): Promise<Result> {
    for (;;) {
      if (this.#client.closed) throw new OwnError("the storage is closed");
      try {
        return await within(STATEMENT_TIMEOUT, run(), "the server has not answered");
      } catch (error) {
        if (errorCode(error) === "ETIMEDOUT" && this.#client.protocol === "ws") this.#replaceSocket();
        if (errorCode(error) !== "SQLITE_BUSY" || performance.now() - since > this.#busyTimeout) throw error;
      }
      await new Promise((resolve) => setTimeout(resolve, Math.random() * PAUSE));
    }
  }

  /** A WebSocket that has died tells nobody. What else is under way on it is lost as well, and nobody waits for the new one. */
  #replaceSocket(): void {
    Promise.resolve(this.#client.reconnect()).catch(() => {});
  }

  async #run<Result>(file: DatabaseFile, run: () => Promise<Result>): Promise<Result> {
    file.requireSame();
    try {
      if (this.#isFresh) {
        // FULL: what a statement wrote is on the disk when it returns, in WAL mode as well. The last one reads, so that the log is open.
        await this.#client.executeMultiple("PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON; PRAGMA schema_version;");
        this.#isFresh = false;
      }
      const result = await run();
      file.noteLog();
      return result;
    } catch (error) {
      if (!isRefusal(error) && !this.#client.closed) {
        // A file that is gone would be made anew.
        file.requireSame();
        file.forgetLog();
        this.#isFresh = true;
        this.#client.reconnect();
      }
      throw error;
    }
  }
}

/** A constraint refused the row: the statement has ended, and the connection is sound. */
function isRefusal(error: unknown): boolean {
  return errorCode(error) === "SQLITE_CONSTRAINT";
}
