export {
  type MariadbAddress,
  type MariadbConnection,
  type MariadbPool,
  MissingMariadbDriverError,
} from "../sql/mariadb/pool.js";
export { migrateMariadb, type MariadbStorage, mariadbStorage } from "../sql/mariadb.js";
export { type MigrateOptions, MigrationError } from "../sql/migration.js";
