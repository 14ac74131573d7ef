// Never run: it compiles, or the types of the storage kit or of the PostgreSQL storage have changed for those who use them.

import { Pool } from "pg";
import type { Company, OperatorStorage, Storage, User } from "ssokey";
import { type D1Storage, d1Storage, migrateD1 } from "ssokey/d1";
import { memoryStorage } from "ssokey/memory";
import { migratePostgres, type PostgresStorage, postgresStorage } from "ssokey/postgres";
import { MigrationError, migrateSqlite, sqliteStorage } from "ssokey/sqlite";
import { type BrokenStorage, brokenStorages, ContractError, type StorageTest, storageTests } from "ssokey/testing";

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
  same<readonly BrokenStorage[]>(brokenStorages);
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

async function operatorsListAndChangeUsers(storage: OperatorStorage) {
  same<Company[]>(await storage.listCompanies());
  same<User[]>(await storage.listUsers(1, 0, 100));
  same<boolean>(await storage.setUserManager(1, "ann@partner.example", "local"));
  // @ts-expect-error: a user is managed by the partner or locally
  await storage.setUserManager(1, "ann@partner.example", "nobody");
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
