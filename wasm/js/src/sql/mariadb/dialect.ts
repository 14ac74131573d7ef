import { errorCode } from "../../core/error.js";
import type { Dialect } from "../dialect.js";

const PREFIX = "ssokey_";
const MIGRATIONS = `${PREFIX}migrations`;

/** Byte by byte: neither case nor accents nor spaces at the end are passed over. Each server has its own name for it. */
const COLLATION = "/*M! utf8mb4_nopad_bin */ /*!80000 utf8mb4_0900_bin */";
const TABLE = ` ENGINE = InnoDB CHARACTER SET utf8mb4 COLLATE ${COLLATION}`;

/** MariaDB 10.6 or later. Nothing is used that MySQL 8 lacks, on which it is not tested. */
export const mariadb: Dialect = {
  // The database may have other tables, and `keys` is a word of the language.
  table: (name) => `${PREFIX}${name}`,
  parameter: () => "?",
  flag: Number,
  hasReturning: false,
  ifAbsent: "",
  isDuplicate: (error) => errorCode(error) === "ER_DUP_ENTRY",
  orChange: (_, assignments) => ` ON DUPLICATE KEY UPDATE ${assignments.join(", ")}`,
  inserted: (column) => `VALUES(${column})`,
  forUpdate: " FOR UPDATE",
  after: () => ({ id: "LAST_INSERT_ID()", ifChanged: "FROM DUAL WHERE ROW_COUNT() > 0" }),
  json: {
    object: (pairs) => `JSON_OBJECT(${pairs})`,
    flag: (column) => `JSON_EXTRACT(IF(${column}, 'true', 'false'), '$')`,
    nested: (column) => `JSON_EXTRACT(${column}, '$')`,
    subquery: (select) => `JSON_EXTRACT((${select}), '$')`,
    text: (json) => `CAST(${json} AS CHAR)`,
  },
  types: {
    id: "BIGINT AUTO_INCREMENT PRIMARY KEY",
    integer: "BIGINT",
    flag: () => "BOOLEAN NOT NULL",
    // The type JSON has a collation of its own, which cannot be mixed with this one.
    list: (column) => `TEXT NOT NULL CHECK (JSON_VALID(${column}))`,
    // In parentheses, since MySQL takes no other default of a text.
    newList: (column) => `TEXT NOT NULL DEFAULT ('[]') CHECK (JSON_VALID(${column}))`,
    text: "TEXT",
    exact: "VARCHAR(320)",
    table: TABLE,
    keyed: TABLE,
  },
  migrations: {
    table: MIGRATIONS,
    find: `SELECT 1 FROM information_schema.tables WHERE table_schema = DATABASE() AND table_name = '${MIGRATIONS}'`,
    lock: [],
    namespace: [],
    unlessThere: { table: " IF NOT EXISTS", part: " /*M! IF NOT EXISTS */" },
  },
};
