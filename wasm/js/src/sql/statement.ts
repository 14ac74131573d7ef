import type { Event } from "../core/wire.js";
import type { Dialect } from "./dialect.js";
import type { Statement, Value } from "./executor.js";
import {
  ATTEMPTS,
  CODES,
  COMPANIES,
  columnOf,
  EVENTS,
  KEY_TIMES,
  KEYS,
  type Kind,
  PRODUCTS,
  type Table,
  TOKENS,
  USERS,
} from "./table.js";

/** Returns what writes the statements of a storage in that dialect. */
export function statementsIn(dialect: Dialect) {
  const { json } = dialect;

  /** Returns a statement whose parameters are written as `?`. */
  const statement = (sql: string, values: readonly Value[]): Statement => {
    let number = 0;
    const parameter = () => {
      number += 1;
      return dialect.parameter(number);
    };
    return { sql: sql.replaceAll("?", parameter), values };
  };

  /** Returns the JSON object of these members. */
  const object = (members: Record<string, string>): string =>
    json.object(
      Object.entries(members)
        .flatMap(([name, value]) => [`'${name}'`, value])
        .join(", "),
    );

  /** Returns a row of the table as the JSON of its record. */
  const recordOf = <Row>({ name, columns }: Table<Row>, further: Record<string, string> = {}): string =>
    object({
      ...further,
      ...Object.fromEntries(
        Object.entries<Kind>(columns).map(([member, kind]) => {
          const column = `${dialect.table(name)}.${columnOf(member)}`;
          return [member, kind === "plain" ? column : json[kind](column)];
        }),
      ),
    });

  const tables = {
    companies: dialect.table(COMPANIES.name),
    keys: dialect.table(KEYS.name),
    users: dialect.table(USERS.name),
    products: dialect.table(PRODUCTS.name),
    tokens: dialect.table(TOKENS.name),
    codes: dialect.table(CODES.name),
    events: dialect.table(EVENTS.name),
    attempts: dialect.table(ATTEMPTS.name),
  };

  const records = {
    company: recordOf(COMPANIES),
    key: recordOf(KEYS),
    listedKey: recordOf(KEY_TIMES),
    user: recordOf(USERS),
    product: recordOf(PRODUCTS),
    token: recordOf(TOKENS),
    code: recordOf(CODES),
    // The fault is a text, which not every database can nest.
    storedEvent: recordOf<Event>(
      { ...EVENTS, columns: { ...EVENTS.columns, fault: "plain" } },
      {
        id: `${tables.events}.id`,
        userEmail: `(SELECT email FROM ${tables.users} WHERE ${tables.users}.id = ${tables.events}.user_id
        AND ${tables.users}.company_id = ${tables.events}.company_id)`,
      },
    ),
  };

  /** Returns the holder of a row of `table` as JSON: the records of its user, company and key, as they are now. */
  const holderOf = (table: string): string => {
    const of = (record: string, from: string, id: string, company: string) =>
      json.subquery(
        `SELECT ${record} FROM ${from} WHERE ${from}.id = ${table}.${id} AND ${from}.${company} = ${table}.company_id`,
      );
    return object({
      user: of(records.user, tables.users, "user_id", "company_id"),
      company: of(records.company, tables.companies, "company_id", "id"),
      key: of(records.key, tables.keys, "key_id", "company_id"),
    });
  };

  /** Returns what selects, as the text in the column `record`, the JSON of each row. */
  const column = (value: string): string => `${json.text(value)} AS record`;

  /** Returns the `INSERT` of a row, whose `id` the database counts up. */
  const insert = <Row>({ name, columns }: Table<Row>, row: Partial<Row>, how: InsertOptions<Row> = {}): Statement => {
    const { ifChanged, suffix = NOTHING } = how;
    const computed: Partial<Record<string, string>> = how.computed ?? {};
    const names: string[] = [];
    const expressions: string[] = [];
    const values: Value[] = [];
    for (const [member, kind] of Object.entries<Kind>(columns)) {
      const expression = computed[member];
      const value = row[member as keyof Row];
      if (expression === undefined && value === undefined) continue;
      names.push(columnOf(member));
      expressions.push(expression ?? "?");
      if (expression === undefined) values.push(encoded(kind, value));
    }
    const list = expressions.join(", ");
    const source = ifChanged === undefined ? `VALUES (${list})` : `SELECT ${list} ${ifChanged}`;
    const sql = `INSERT INTO ${dialect.table(name)} (${names.join(", ")}) ${source}${suffix.sql}`;
    return statement(sql, [...values, ...suffix.values]);
  };

  const encoded = (kind: Kind, value: unknown): Value => {
    if (kind === "nested" && value !== null) return JSON.stringify(value);
    return kind === "flag" ? dialect.flag(value as boolean) : (value as Value);
  };

  /** Returns the `UPDATE` of the rows that fit: it sets the members that are not `null`. */
  const update = <Row>({ name, columns }: Table<Row>, members: Partial<Nullable<Row>>, where: Statement): Statement => {
    const given = Object.entries(members).filter(([, value]) => value !== null);
    // A row that fits counts as changed, whatever is set.
    const assignments = ["status = status", ...given.map(([member]) => `${columnOf(member)} = ?`)].join(", ");
    const values = given.map(([member, value]) => encoded(columns[member as keyof Row], value));
    return statement(`UPDATE ${dialect.table(name)} SET ${assignments} WHERE ${where.sql}`, [...values, ...where.values]);
  };

  /**
   * Returns the `INSERT` of an event for the change that stands at `index` of an atomic operation, right before it, if that
   * changes a row. The id of a new row is the event's `idOfNew`.
   */
  const eventOf = (index: number, event: Event, idOfNew?: IdOfNew): Statement => {
    const { id, ifChanged } = dialect.after(index);
    return insert(EVENTS, event, { ifChanged, computed: idOfNew === undefined ? {} : { [idOfNew]: id } });
  };

  return { statement, insert, update, eventOf, column, object, holderOf, tables, records };
}

/** The member of an event that names the record which the event's change adds. */
export type IdOfNew = "companyId" | "keyId" | "userId";

type Nullable<Row> = { [Member in keyof Row]: Row[Member] | null };

const NOTHING: Statement = { sql: "", values: [] };

/** Variations of an `INSERT`. */
export interface InsertOptions<Row> {
  /** Members whose values the database computes, by SQL expressions. */
  readonly computed?: Partial<Record<keyof Row, string>>;
  /** Follows the columns of a `SELECT` that takes the place of `VALUES`. */
  readonly ifChanged?: string | undefined;
  /** Follows the rest. Its parameters are written as `?`. */
  readonly suffix?: Statement;
}
