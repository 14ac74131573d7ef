import type {
  Company,
  CompanyMembers,
  Event,
  EventFilter,
  KeyEnding,
  KeyRotation,
  KeyStatus,
  Manager,
  NewCompany,
  NewKey,
  NewProduct,
  PasswordDisabling,
  Product,
  ProductRotation,
  Status,
  StoredEvent,
  StoredKey,
  User,
  UserMembers,
} from "../core/wire.js";
import type { OperatorStorage } from "../storage/contract.js";
import { firstCompanyValues, firstKeyValues } from "../storage/new-record.js";
import type { databaseOver } from "./database.js";
import type { Statement, Value } from "./executor.js";
import { COMPANIES, columnOf, EVENTS, KEY_TIMES, PRODUCTS, USERS } from "./table.js";

/** Returns the operator's methods. Those of requests too are in the storage itself. */
export function operatorStorageOver(
  database: ReturnType<typeof databaseOver>,
): Omit<OperatorStorage, "findUser" | "createUser" | "audit"> {
  const { all, one, atomically, isChanged, add, remove, idIn } = database;
  const { statement, insert, update, eventOf, column, tables, records, dialect } = database;
  const { companies, keys, users, products, tokens, codes, attempts, events } = tables;

  /** Returns a part of a list. */
  const page = <Of>(record: string, from: string, values: Value[], after: number, limit: number): Promise<Of[]> =>
    all(`SELECT ${column(record)} FROM ${from} id > ? ORDER BY id LIMIT ?`, [...values, after, limit]);

  /** Returns what raises the versions of the company's users that fit. */
  const raise = (companyId: number, { sql, values }: Statement = { sql: "", values: [] }): Statement =>
    statement(`UPDATE ${users} SET credential_version = credential_version + 1 WHERE company_id = ?${sql}`, [
      companyId,
      ...values,
    ]);

  const keyWith = (digest: string): Statement => statement(`SELECT id FROM ${keys} WHERE digest = ?`, [digest]);

  return {
    async findCompanyByEmail(email: string): Promise<Company | undefined> {
      return one(`SELECT ${column(records.company)} FROM ${companies} WHERE email = ?`, [email]);
    },

    async createCompany(company: NewCompany, event: Event): Promise<Company | "exists"> {
      const values = firstCompanyValues(company);
      const addition = {
        insert: (suffix: Statement) => insert(COMPANIES, values, { suffix }),
        find: statement(`SELECT id FROM ${companies} WHERE domain = ?`, [company.domain]),
        isOptional: true,
      };
      const id = await add(addition, event, "companyId");
      return id === undefined ? "exists" : { id, ...values };
    },

    async listCompanies(after: number, limit: number): Promise<Company[]> {
      return page(records.company, `${companies} WHERE`, [], after, limit);
    },

    async setCompanyStatus(companyId: number, status: Status, event: Event): Promise<boolean> {
      const write = statement(`UPDATE ${companies} SET status = ? WHERE id = ?`, [status, companyId]);
      if (status === "enabled") return isChanged(write, event);
      return isChanged(write, event, raise(companyId));
    },

    async setCompany(companyId: number, members: CompanyMembers, event: Event): Promise<boolean> {
      return isChanged(update(COMPANIES, members, { sql: "id = ?", values: [companyId] }), event);
    },

    async saveKey(key: NewKey, event: Event): Promise<number> {
      const addition = {
        insert: (suffix: Statement) => insert(KEY_TIMES, { ...firstKeyValues(key), createdAt: event.at }, { suffix }),
        find: keyWith(key.digest),
        isOptional: false,
      };
      const id = await add(addition, event, "keyId");
      if (id === undefined) throw new Error("the database does not find the key that it has stored");
      return id;
    },

    async rotateKey({ companyId, keyId, key, revoke }: KeyRotation, event: Event): Promise<number | undefined> {
      const [replaced] = await atomically(
        // A key that is kept is written as well: nobody revokes it meanwhile.
        statement(
          `UPDATE ${keys} SET status = ${revoke ? "'revoked'" : "status"}
           WHERE id = ? AND company_id = ? AND status <> 'revoked'`,
          [keyId, companyId],
        ),
        insert(KEY_TIMES, { ...firstKeyValues(key), createdAt: event.at }, { ifChanged: dialect.after(0).ifChanged }),
        eventOf(1, event, "keyId"),
      );
      return replaced === 0 ? undefined : idIn(keyWith(key.digest));
    },

    async listKeys(companyId: number, after: number, limit: number): Promise<StoredKey[]> {
      return page(records.listedKey, `${keys} WHERE company_id = ? AND`, [companyId], after, limit);
    },

    async setKeyStatus(companyId: number, keyId: number, status: KeyStatus, event: Event): Promise<boolean> {
      const sql = `UPDATE ${keys} SET status = ? WHERE id = ? AND company_id = ? AND status <> 'revoked'`;
      return isChanged(statement(sql, [status, keyId, companyId]), event);
    },

    async endKey({ companyId, keyId, passwordHash }: KeyEnding, event: Event): Promise<number | undefined> {
      const [revoked, , ended] = await atomically(
        statement(`UPDATE ${keys} SET status = 'revoked' WHERE id = ? AND company_id = ?`, [keyId, companyId]),
        eventOf(0, event),
        statement(
          `UPDATE ${users} SET password_hash = ?, issued_at = NULL, password_key_id = NULL,
           credential_version = credential_version + 1 WHERE company_id = ? AND password_key_id = ?`,
          [passwordHash, companyId, keyId],
        ),
      );
      return revoked === 0 ? undefined : ended;
    },

    async signOut(companyId: number, userId: number | null, event: Event): Promise<boolean> {
      if (userId === null) {
        const found = statement(`UPDATE ${companies} SET status = status WHERE id = ?`, [companyId]);
        return isChanged(found, event, raise(companyId));
      }
      return isChanged(raise(companyId, { sql: " AND id = ?", values: [userId] }), event);
    },

    async deleteCompany(companyId: number, event: Event): Promise<boolean> {
      const of = [tokens, codes, keys, users].map((table) => statement(`DELETE FROM ${table} WHERE company_id = ?`, [companyId]));
      return remove(companies, { sql: "id = ?", values: [companyId] }, event, ...of);
    },

    async listUsers(companyId: number, after: number, limit: number): Promise<User[]> {
      return page(records.user, `${users} WHERE company_id = ? AND`, [companyId], after, limit);
    },

    async setUserStatus(companyId: number, userId: number, status: Status, event: Event): Promise<boolean> {
      const raised = status === "disabled" ? 1 : 0;
      const write = statement(
        `UPDATE ${users} SET status = ?, credential_version = credential_version + ? WHERE id = ? AND company_id = ?`,
        [status, raised, userId, companyId],
      );
      return isChanged(write, event);
    },

    async setUserManager(companyId: number, userId: number, managedBy: Manager, event: Event): Promise<boolean> {
      const write = statement(
        `UPDATE ${users} SET managed_by = ?, credential_version = credential_version + 1 WHERE id = ? AND company_id = ?`,
        [managedBy, userId, companyId],
      );
      return isChanged(write, event);
    },

    async setUser(companyId: number, userId: number, members: UserMembers, event: Event): Promise<boolean> {
      const where = { sql: "id = ? AND company_id = ?", values: [userId, companyId] };
      return isChanged(update(USERS, members, where), event);
    },

    async setUserEmail(companyId: number, userId: number, email: string, event: Event): Promise<"done" | "none" | "exists"> {
      const write = statement(
        `UPDATE ${users} SET email = ?, credential_version = credential_version + 1 WHERE id = ? AND company_id = ?`,
        [email, userId, companyId],
      );
      try {
        return (await isChanged(write, event)) ? "done" : "none";
      } catch (error) {
        // Databases tell a row in the way each by an error of its own, and it is there to be seen.
        const taken = `SELECT ${column(records.user)} FROM ${users} WHERE company_id = ? AND email = ? AND id <> ?`;
        if ((await all(taken, [companyId, email, userId])).length > 0) return "exists";
        throw error;
      }
    },

    async deleteUser(companyId: number, userId: number, event: Event): Promise<boolean> {
      const of = [tokens, codes].map((table) =>
        statement(`DELETE FROM ${table} WHERE user_id = ? AND company_id = ?`, [userId, companyId]),
      );
      return remove(users, { sql: "id = ? AND company_id = ?", values: [userId, companyId] }, event, ...of);
    },

    async disablePassword(disabling: PasswordDisabling, event: Event): Promise<"done" | "stale"> {
      const { companyId, userId, expectedHash, passwordHash } = disabling;
      const write = statement(
        `UPDATE ${users} SET password_hash = ?, issued_at = NULL, password_key_id = NULL,
         credential_version = credential_version + 1 WHERE id = ? AND company_id = ? AND password_hash = ?`,
        [passwordHash, userId, companyId, expectedHash],
      );
      return (await isChanged(write, event)) ? "done" : "stale";
    },

    async listProducts(): Promise<Product[]> {
      return all(`SELECT ${column(records.product)} FROM ${products} ORDER BY name`, []);
    },

    // No product is ever deleted: one that was not added is there.
    async saveProduct({ name, launchUrl, secretDigest }: NewProduct, event: Event): Promise<"done" | "exists"> {
      const suffix = { sql: dialect.ifAbsent, values: [] };
      const addition = insert(PRODUCTS, { name, launchUrl, secretDigest }, { suffix });
      const isAdded = await isChanged(addition, event).catch((error) => {
        if (dialect.isDuplicate?.(error)) return false;
        throw error;
      });
      if (isAdded) return "done";
      await isChanged(statement(`UPDATE ${products} SET launch_url = ? WHERE name = ?`, [launchUrl, name]), event);
      return "exists";
    },

    async rotateProduct({ name, secretDigest, previousSecretExpiresAt: end }: ProductRotation, event: Event): Promise<boolean> {
      // The secret is the last to be assigned: MariaDB reads what the assignments before have written.
      const write = statement(
        `UPDATE ${products} SET previous_secret_digest = ${end === null ? "NULL" : "secret_digest"},
         previous_secret_expires_at = ?, secret_digest = ? WHERE name = ?`,
        [end, secretDigest, name],
      );
      return isChanged(write, event);
    },

    async listEvents({ since, ...ids }: EventFilter, after: number, limit: number): Promise<StoredEvent[]> {
      const of = Object.entries(ids).filter(([, value]) => value !== null);
      const conditions = of.map(([name]) => `${columnOf(name)} = ? AND`).join(" ");
      const values = [since, ...of.map(([, value]) => value)];
      type Row = StoredEvent & { fault: string | null };
      const rows = await page<Row>(records.storedEvent, `${events} WHERE at >= ? AND ${conditions}`, values, after, limit);
      return rows.map((row) => ({ ...row, fault: row.fault && JSON.parse(row.fault) }));
    },

    async purgeEvents(before: number, event: Event): Promise<number> {
      const old = statement(`DELETE FROM ${events} WHERE at < ?`, [before]);
      const [purged = 0] = await atomically(old, insert(EVENTS, event));
      return purged;
    },

    async purge(now: number): Promise<number> {
      const expired = [tokens, codes, attempts].map((table) => statement(`DELETE FROM ${table} WHERE expires_at <= ?`, [now]));
      const [purgedTokens = 0, purgedCodes = 0] = await atomically(...expired);
      return purgedTokens + purgedCodes;
    },
  };
}
