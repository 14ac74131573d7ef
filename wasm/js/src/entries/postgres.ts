export { type MigrateOptions, MigrationError } from "../sql/migration.js";
export { MissingPostgresDriverError, type PostgresAddress, type PostgresPool } from "../sql/postgres/pool.js";
export { migratePostgres, type PostgresStorage, postgresStorage } from "../sql/postgres.js";
