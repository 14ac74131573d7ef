export { type D1Binding, type D1Changes, type D1Statement, type D1Storage, d1Storage, migrateD1 } from "../sql/d1.js";
export { type MigrateOptions, MigrationError } from "../sql/migration.js";
