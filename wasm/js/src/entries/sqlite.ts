export { type MigrateOptions, MigrationError } from "../sql/migration.js";
export { type Address, MissingDriverError } from "../sql/sqlite/libsql.js";
export { migrateSqlite, type SqliteStorage, sqliteStorage } from "../sql/sqlite.js";
