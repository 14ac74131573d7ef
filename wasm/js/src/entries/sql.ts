export type { Dialect, JsonDialect, MigrationsDialect, Types } from "../sql/dialect.js";
export type { Executor, Statement, Value } from "../sql/executor.js";
export { mariadb } from "../sql/mariadb/dialect.js";
export { type MigrateOptions, MigrationError } from "../sql/migration.js";
export { postgres } from "../sql/postgres/dialect.js";
export { migrateSql, sqlStorage } from "../sql/sql.js";
export { sqlite } from "../sql/sqlite/dialect.js";
