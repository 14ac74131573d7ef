import type {
  Code,
  Company,
  Event,
  HashSwap,
  Key,
  KeyStatus,
  NewKey,
  NewUser,
  PasswordSwap,
  Product,
  ProductName,
  Token,
  User,
} from "../core/wire.js";
import type { CodeWithHolder, KeyWithCompany, NewCompany, OperatorStorage, Storage, TokenWithHolder } from "../storage/contract.js";
import { firstValues } from "../storage/user.js";
import type { Dialect } from "./dialect.js";
import type { Executor, Statement, Value } from "./executor.js";
import { statementsIn } from "./statement.js";
import { CODES, COMPANIES, EVENTS, KEYS, PRODUCTS, type Table, TOKENS, USERS } from "./table.js";

/** Returns the storage over a database whose tables are those of this version. Every write is one atomic operation. */
export function storageOver(db: Executor, dialect: Dialect): Storage & OperatorStorage {
  const { statement, insert, column, object, holderOf, tables, records } = statementsIn(dialect);
  const { companies, keys, users, products, tokens, codes } = tables;

  /** Returns the JSON in the column `record` of each row. */
  const all = async <Of>(sql: string, values: Value[]): Promise<Of[]> => {
    const selected = statement(sql, values);
    const rows = await db.query<{ record: string }>(selected.sql, selected.values);
    return rows.map(({ record }) => JSON.parse(record) as Of);
  };

  /** Returns that of the one row, if there is one. */
  const one = async <Of>(sql: string, values: Value[]): Promise<Of | undefined> => (await all<Of>(sql, values))[0];

  /** Runs a write and returns how many rows it changed. */
  const run = ({ sql, values }: Statement): Promise<number> => db.change(sql, values);
  const change = (sql: string, values: Value[]): Promise<number> => run(statement(sql, values));

  /** Adds a row and returns its new id; `undefined` if `ifAbsent` and a row with such unique values is there. */
  const add = async <Row>(table: Table<Row>, row: Omit<Row, "id">, ifAbsent: boolean): Promise<number | undefined> => {
    const suffix = `${ifAbsent ? dialect.ifAbsent : ""}${dialect.hasReturning ? " RETURNING id" : ""}`;
    const { sql, values } = insert(table, row as Partial<Row>, suffix);
    try {
      const [added] = await db.query<{ id: unknown }>(sql, values);
      return added && Number(added.id);
    } catch (error) {
      if (ifAbsent && dialect.isDuplicate?.(error)) return undefined;
      throw error;
    }
  };

  return {
    async findKey(digest: string): Promise<KeyWithCompany | undefined> {
      return one(
        `SELECT ${column(object({ key: records.key, company: records.company }))}
         FROM ${keys} JOIN ${companies} ON ${companies}.id = ${keys}.company_id WHERE ${keys}.digest = ?`,
        [digest],
      );
    },

    async findUser(companyId: number, email: string): Promise<User | undefined> {
      return one(`SELECT ${column(records.user)} FROM ${users} WHERE company_id = ? AND email = ?`, [companyId, email]);
    },

    async findCompany(domain: string): Promise<Company | undefined> {
      return one(`SELECT ${column(records.company)} FROM ${companies} WHERE domain = ?`, [domain]);
    },

    async findProduct(name: ProductName): Promise<Product | undefined> {
      return one(`SELECT ${column(records.product)} FROM ${products} WHERE name = ?`, [name]);
    },

    async createUser(user: NewUser): Promise<User | "exists"> {
      const values = firstValues(user);
      const id = await add(USERS, values, true);
      return id === undefined ? "exists" : { id, ...values };
    },

    async replacePassword(swap: PasswordSwap): Promise<number | "stale"> {
      const { companyId, userId, expectedVersion, passwordHash, issuedAt } = swap;
      const changed = await change(
        `UPDATE ${users} SET password_hash = ?, issued_at = ?, credential_version = credential_version + 1
         WHERE id = ? AND company_id = ? AND credential_version = ?`,
        [passwordHash, issuedAt, userId, companyId, expectedVersion],
      );
      return changed === 0 ? "stale" : expectedVersion + 1;
    },

    async rehashPassword(swap: HashSwap): Promise<"done" | "stale"> {
      const { companyId, userId, expectedVersion, passwordHash } = swap;
      const changed = await change(
        `UPDATE ${users} SET password_hash = ? WHERE id = ? AND company_id = ? AND credential_version = ?`,
        [passwordHash, userId, companyId, expectedVersion],
      );
      return changed === 0 ? "stale" : "done";
    },

    async saveToken(token: Token): Promise<void> {
      await run(insert(TOKENS, token));
    },

    async saveCode(code: Code): Promise<void> {
      await run(insert(CODES, code));
    },

    async findToken(digest: string): Promise<TokenWithHolder | undefined> {
      const found = object({ token: records.token, holder: holderOf(tokens) });
      return held(await one<TokenWithHolder>(`SELECT ${column(found)} FROM ${tokens} WHERE digest = ?`, [digest]));
    },

    async takeCode(digest: string): Promise<CodeWithHolder | undefined> {
      const taken = column(object({ code: records.code, holder: holderOf(codes) }));
      const row = `FROM ${codes} WHERE digest = ?`;
      if (dialect.hasReturning) return held(await one<CodeWithHolder>(`DELETE ${row} RETURNING ${taken}`, [digest]));
      const found = held(await one<CodeWithHolder>(`SELECT ${taken} ${row}`, [digest]));
      // A stored code never changes. Whoever deletes the row has taken it.
      return found && (await change(`DELETE ${row}`, [digest])) === 1 ? found : undefined;
    },

    async revokeToken(digest: string): Promise<void> {
      await change(`DELETE FROM ${tokens} WHERE digest = ?`, [digest]);
    },

    async audit(event: Event): Promise<void> {
      await run(insert(EVENTS, event));
    },

    async saveCompany(company: NewCompany): Promise<Company | "exists"> {
      const id = await add(COMPANIES, company, true);
      return id === undefined ? "exists" : { id, ...structuredClone(company) };
    },

    async findCompanyByEmail(email: string): Promise<Company | undefined> {
      return one(`SELECT ${column(records.company)} FROM ${companies} WHERE email = ?`, [email]);
    },

    async listCompanies(): Promise<Company[]> {
      return all(`SELECT ${column(records.company)} FROM ${companies} ORDER BY id`, []);
    },

    async saveKey(key: NewKey): Promise<number> {
      const id = await add(KEYS, { ...key, status: "enabled" }, false);
      if (id === undefined) throw new Error("the database stored a key without telling its id");
      return id;
    },

    async listKeys(companyId: number): Promise<Key[]> {
      return all(`SELECT ${column(records.key)} FROM ${keys} WHERE company_id = ? ORDER BY id`, [companyId]);
    },

    async setKeyStatus(companyId: number, keyId: number, status: KeyStatus): Promise<boolean> {
      const sql = `UPDATE ${keys} SET status = ? WHERE id = ? AND company_id = ? AND status <> 'revoked'`;
      return (await change(sql, [status, keyId, companyId])) > 0;
    },

    async setUserStatus(companyId: number, email: string, status: User["status"]): Promise<boolean> {
      const sql = `UPDATE ${users} SET status = ?, credential_version = credential_version + ? WHERE company_id = ? AND email = ?`;
      return (await change(sql, [status, status === "disabled" ? 1 : 0, companyId, email])) > 0;
    },

    async setUserManager(companyId: number, email: string, managedBy: User["managedBy"]): Promise<boolean> {
      const sql = `UPDATE ${users} SET managed_by = ?, credential_version = credential_version + 1 WHERE company_id = ? AND email = ?`;
      return (await change(sql, [managedBy, companyId, email])) > 0;
    },

    async listUsers(companyId: number, after: number, limit: number): Promise<User[]> {
      return all(
        `SELECT ${column(records.user)} FROM ${users} WHERE company_id = ? AND id > ? ORDER BY id LIMIT ?`,
        [companyId, after, limit],
      );
    },

    async saveProduct(product: Product): Promise<void> {
      await run(insert(PRODUCTS, product, dialect.orReplace("name", ["launch_url", "secret_digest"])));
    },

    async purge(now: number): Promise<number> {
      const expired = [tokens, codes].map((table) => statement(`DELETE FROM ${table} WHERE expires_at <= ?`, [now]));
      const [purgedTokens = 0, purgedCodes = 0] = await db.transaction(expired);
      return purgedTokens + purgedCodes;
    },
  };
}

/** Returns what is held by somebody. Foreign keys keep a token from outliving its user or company. */
function held<Of extends { holder: object }>(found: Of | undefined): Of | undefined {
  const { user, company } = (found?.holder ?? {}) as Partial<Record<"user" | "company", object | null>>;
  return user && company ? found : undefined;
}
