export { MissingDriverError } from "../sql/driver.js";
export { type MigrateOptions, MigrationError } from "../sql/migration.js";
export type { PostgresConnection, PostgresPool } from "../sql/postgres/executor.js";
export type { PostgresAddress } from "../sql/postgres/pool.js";
export { migratePostgres, type PostgresStorage, postgresStorage } from "../sql/postgres.js";
