import type { Dialect } from "../dialect.js";
import { sqlite } from "../sqlite/dialect.js";

const SCHEMA = "ssokey";
const MIGRATIONS = `${SCHEMA}.migrations`;

/** PostgreSQL, in a schema of its own. What is compared is compared byte by byte, whatever the database's collation. */
export const postgres: Dialect = {
  table: (name) => `${SCHEMA}.${name}`,
  parameter: (number) => `$${number}`,
  flag: (value) => value,
  hasReturning: true,
  ifAbsent: sqlite.ifAbsent,
  orReplace: sqlite.orReplace,
  json: {
    object: (pairs) => `json_build_object(${pairs})`,
    flag: (column) => column,
    list: (column) => column,
    subquery: (select) => `(${select})`,
    text: (json) => `(${json})::text`,
  },
  types: {
    id: "BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY",
    integer: "BIGINT",
    flag: () => "BOOLEAN NOT NULL",
    list: (column) => `JSONB NOT NULL CHECK (jsonb_typeof(${column}) = 'array')`,
    text: "TEXT",
    exact: 'TEXT COLLATE "C"',
    table: "",
    keyed: "",
  },
  migrations: {
    table: MIGRATIONS,
    find: `SELECT 1 WHERE to_regclass('${MIGRATIONS}') IS NOT NULL`,
    lock: ["SELECT pg_advisory_xact_lock(hashtext('ssokey.schema'))"],
    namespace: [`CREATE SCHEMA IF NOT EXISTS ${SCHEMA}`],
    unlessThere: { table: "", index: "" },
  },
};
