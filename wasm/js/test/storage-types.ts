// Never run: it compiles, or the types of the storage kit or of the PostgreSQL storage have changed for those who use them.

import { Pool } from "pg";
import type { Storage } from "ssokey";
import { memoryStorage } from "ssokey/memory";
import { createPostgresTables, type PostgresStorage, postgresStorage } from "ssokey/postgres";
import { sqliteStorage } from "ssokey/sqlite";
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
  same<void>(await createPostgresTables(pool));
  // @ts-expect-error: one of the two is needed
  await postgresStorage({});
}
