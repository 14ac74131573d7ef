import type { Dialect } from "./dialect.js";
import type { Statement, Value } from "./executor.js";
import { CODES, COMPANIES, columnOf, EVENTS, KEYS, type Kind, PRODUCTS, type Table, TOKENS, USERS } from "./table.js";

/** Returns what writes the statements of a storage in that dialect. */
export function statementsIn(dialect: Dialect) {
  const { json } = dialect;

  /** Returns a statement whose parameters are written as `?`. */
  const statement = (sql: string, values: readonly Value[]): Statement => {
    let number = 0;
    return { sql: sql.replaceAll("?", () => dialect.parameter((number += 1))), values };
  };

  /** Returns the JSON object of these members. */
  const object = (members: Record<string, string>): string =>
    json.object(Object.entries(members).flatMap(([name, value]) => [`'${name}'`, value]).join(", "));

  /** Returns a row of the table as the JSON of its record. */
  const recordOf = <Row>({ name, columns }: Table<Row>): string =>
    object(
      Object.fromEntries(
        Object.entries<Kind>(columns).map(([member, kind]) => {
          const column = `${dialect.table(name)}.${columnOf(member)}`;
          return [member, kind === "plain" ? column : json[kind](column)];
        }),
      ),
    );

  const tables = {
    companies: dialect.table(COMPANIES.name),
    keys: dialect.table(KEYS.name),
    users: dialect.table(USERS.name),
    products: dialect.table(PRODUCTS.name),
    tokens: dialect.table(TOKENS.name),
    codes: dialect.table(CODES.name),
    events: dialect.table(EVENTS.name),
  };

  const records = {
    company: recordOf(COMPANIES),
    key: recordOf(KEYS),
    user: recordOf(USERS),
    product: recordOf(PRODUCTS),
    token: recordOf(TOKENS),
    code: recordOf(CODES),
  };

  /** Returns the holder of a row of `table` as JSON: the records of its user, company and key, as they are now. */
  const holderOf = (table: string): string =>
    object({
      user: json.subquery(`SELECT ${records.user} FROM ${tables.users} WHERE ${tables.users}.id = ${table}.user_id`),
      company: json.subquery(
        `SELECT ${records.company} FROM ${tables.companies} WHERE ${tables.companies}.id = ${table}.company_id`,
      ),
      key: json.subquery(`SELECT ${records.key} FROM ${tables.keys} WHERE ${tables.keys}.id = ${table}.key_id`),
    });

  /** Returns what selects, as the text in the column `record`, the JSON of each row. */
  const column = (value: string): string => `${json.text(value)} AS record`;

  /** Returns the `INSERT` of a row, whose `id` the database counts up. `suffix` follows it. */
  const insert = <Row>({ name, columns }: Table<Row>, row: Partial<Row>, suffix = ""): Statement => {
    const members = Object.entries<Kind>(columns).flatMap(([member, kind]) => {
      const value = row[member as keyof Row];
      return value === undefined ? [] : [{ member, value: encoded(kind, value) }];
    });
    const names = members.map(({ member }) => columnOf(member)).join(", ");
    return statement(
      `INSERT INTO ${dialect.table(name)} (${names}) VALUES (${members.map(() => "?").join(", ")})${suffix}`,
      members.map(({ value }) => value),
    );
  };

  const encoded = (kind: Kind, value: unknown): Value => {
    if (kind === "list") return JSON.stringify(value);
    return kind === "flag" ? dialect.flag(value as boolean) : (value as Value);
  };

  return { statement, insert, column, object, holderOf, tables, records };
}
