// Never run: it compiles, or the types of the storage kit or of the SQL storages have changed for those who use them.

import type { Pool as CallbackPool } from "mysql2";
import type { Pool as MysqlPool } from "mysql2/promise";
import type { Pool } from "pg";
import type { Company, Event, OperatorStorage, Storage, User } from "ssokey";
import { type D1Storage, d1Storage, migrateD1 } from "ssokey/d1";
import { type MariadbStorage, mariadbStorage, migrateMariadb } from "ssokey/mariadb";
import { memoryStorage } from "ssokey/memory";
import { migratePostgres, type PostgresStorage, postgresStorage } from "ssokey/postgres";
import { type Executor, migrateSql, postgres, sqlite, sqlStorage } from "ssokey/sql";
import { MigrationError, migrateSqlite, sqliteStorage } from "ssokey/sqlite";
import { ContractError, type StorageTest, storageTests } from "ssokey/testing";

declare function same<Expected>(value: Expected): void;

declare const smallest: Storage;

function theKitIsForAnyStorageThatIsWhole() {
  same<StorageTest[]>(storageTests(() => ({ storage: memoryStorage() })));
  same<StorageTest[]>(
    storageTests(async () => {
      const storage = await sqliteStorage();
      return { storage, close: () => storage.close() };
    }),
  );
  same<Error>(new ContractError("STO-TAKE", "a code is taken once"));
  // @ts-expect-error: no company can be added to it
  storageTests(() => ({ storage: smallest }));
}

async function aPoolOfTheDriverFits(pool: Pool) {
  same<PostgresStorage>(await postgresStorage({ pool }));
  same<PostgresStorage>(await postgresStorage({ url: "postgres://localhost/sso", connections: 4 }));
  same<string[]>(await migratePostgres({ pool }, { dryRun: true }));
  // @ts-expect-error: one of the two is needed
  await postgresStorage({});
}

async function aPoolOfMysql2Fits(pool: MysqlPool, callbacks: CallbackPool) {
  same<MariadbStorage>(await mariadbStorage({ pool }));
  same<MariadbStorage>(await mariadbStorage({ pool: callbacks.promise() }));
  same<MariadbStorage>(await mariadbStorage({ url: "mariadb://localhost/sso", connections: 4 }));
  same<string[]>(await migrateMariadb({ pool }, { dryRun: true }));
  // @ts-expect-error: it has callbacks, not promises
  await mariadbStorage({ pool: callbacks });
}

async function anExecutorIsThreeMethods(executor: Executor) {
  same<Storage & OperatorStorage>(await sqlStorage(executor, sqlite));
  same<string[]>(await migrateSql(executor, postgres, { dryRun: true }));
  const { transaction, ...rest } = executor;
  // @ts-expect-error: a write of two statements has to be atomic
  await sqlStorage(rest, sqlite);
}

async function operatorsListAndChangeUsers(storage: OperatorStorage, event: Event) {
  same<Company[]>(await storage.listCompanies(0, 100));
  same<User[]>(await storage.listUsers(1, 0, 100));
  same<boolean>(await storage.setUserManager(1, 1, "local", event));
  // @ts-expect-error: a user is managed by the partner or locally
  await storage.setUserManager(1, 1, "nobody", event);
  // @ts-expect-error: the event of a change is stored with it
  await storage.setUserManager(1, 1, "local");
}

/** As `wrangler types` and `@cloudflare/workers-types` declare them. */
interface D1Result<Row> {
  success: true;
  results: Row[];
  meta: { duration: number; changes: number; last_row_id: number; changed_db: boolean } & Record<string, unknown>;
}

declare abstract class D1PreparedStatement {
  bind(...values: unknown[]): D1PreparedStatement;
  first<Row = unknown>(column?: string): Promise<Row | null>;
  all<Row = Record<string, unknown>>(): Promise<D1Result<Row>>;
}

declare abstract class D1Database {
  prepare(query: string): D1PreparedStatement;
  batch<Row = unknown>(statements: D1PreparedStatement[]): Promise<D1Result<Row>[]>;
  exec(query: string): Promise<{ count: number; duration: number }>;
}

async function aBindingOfAWorkerFits(env: { DB: D1Database }) {
  same<D1Storage>(await d1Storage(env.DB));
  same<string[]>(await migrateD1(env.DB));
  // @ts-expect-error: it is the binding, not its name
  await d1Storage("DB");
}

async function aDatabaseOfAnotherVersionIsToldByItsMigrations() {
  try {
    same<string[]>(await migrateSqlite({ url: "file:x.db" }));
  } catch (error) {
    if (error instanceof MigrationError) same<readonly string[]>(error.migrations);
  }
}
