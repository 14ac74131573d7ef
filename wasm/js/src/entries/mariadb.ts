export { MissingDriverError } from "../sql/driver.js";
export type { MariadbConnection, MariadbPool } from "../sql/mariadb/executor.js";
export type { MariadbAddress } from "../sql/mariadb/pool.js";
export { type MariadbStorage, mariadbStorage, migrateMariadb } from "../sql/mariadb.js";
export { type MigrateOptions, MigrationError } from "../sql/migration.js";
