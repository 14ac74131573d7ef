export { MissingDriverError } from "../sql/driver.js";
export { type MigrateOptions, MigrationError } from "../sql/migration.js";
export type { Address } from "../sql/sqlite/libsql.js";
export { ReplacedFileError } from "../sql/sqlite/replaced.js";
export { migrateSqlite, type SqliteStorage, sqliteStorage } from "../sql/sqlite.js";
