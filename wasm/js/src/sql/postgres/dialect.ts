import type { Dialect } from "../dialect.js";
import type { Statement, Value } from "../executor.js";
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
  orChange: sqlite.orChange,
  inserted: sqlite.inserted,
  forUpdate: " FOR UPDATE",
  after: (index) => ({ id: `${part(index)}.id`, ifChanged: `FROM ${part(index)}` }),
  together,
  json: {
    object: (pairs) => `json_build_object(${pairs})`,
    flag: (column) => column,
    nested: (column) => column,
    subquery: (select) => `(${select})`,
    text: (json) => `(${json})::text`,
  },
  types: {
    id: "BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY",
    integer: "BIGINT",
    flag: () => "BOOLEAN NOT NULL",
    list: (column) => `JSONB NOT NULL CHECK (jsonb_typeof(${column}) = 'array')`,
    newList: (column) => `JSONB NOT NULL DEFAULT '[]' CHECK (jsonb_typeof(${column}) = 'array')`,
    text: "TEXT",
    exact: 'TEXT COLLATE "C"',
    table: "",
    keyed: "",
  },
  migrations: {
    table: MIGRATIONS,
    // Everybody may read the catalogue, also who may not use the schema.
    find: `SELECT 1 FROM pg_catalog.pg_tables WHERE schemaname = '${SCHEMA}' AND tablename = 'migrations'`,
    lock: ["SELECT pg_advisory_xact_lock(hashtext('ssokey.schema'))"],
    namespace: [`CREATE SCHEMA IF NOT EXISTS ${SCHEMA}`],
    unlessThere: { table: "", part: "" },
  },
};

/** The statements are the parts of one, so that they cost one round trip. Each returns the new id if a later one asks. */
function together(statements: readonly Statement[]): Statement {
  const values: Value[] = [];
  const parts = statements.map((statement, index) => {
    const { length } = values;
    values.push(...statement.values);
    const sql = statement.sql.replace(/\$(\d+)/g, (_, number: string) => `$${length + Number(number)}`);
    const isAsked = statements.some((other) => other.sql.includes(`${part(index)}.id`));
    return `${part(index)} AS (${sql} RETURNING ${isAsked ? "id" : "1"})`;
  });
  const counts = statements.map((_, index) => `(SELECT count(*) FROM ${part(index)})::text AS changed${index}`);
  return { sql: `WITH ${parts.join(",\n")} SELECT ${counts.join(", ")}`, values };
}

function part(index: number): string {
  return `part${index}`;
}
