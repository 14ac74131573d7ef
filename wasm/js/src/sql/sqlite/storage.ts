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
} from "../../core/wire.js";
import type { CodeWithHolder, KeyWithCompany, NewCompany, OperatorStorage, Storage, TokenWithHolder } from "../../storage/contract.js";
import type { Executor, Value } from "./executor.js";
import { CODE, COMPANY, holderFrom, holderOf, type HolderRow, KEY, PRODUCT, recordFrom, TOKEN, USER } from "./record.js";

/** The contract as statements. Every write is one. */
export function storageOver(db: Executor): Storage & OperatorStorage {
  /** The record in the one column of each row. */
  const all = async <Of>(sql: string, values: Value[]): Promise<Of[]> => {
    const rows = await db.query<{ record: string }>(sql, values);
    return rows.map(({ record }) => recordFrom(record));
  };

  /** The record in the one column of the one row, if there is one. */
  const one = async <Of>(sql: string, values: Value[]): Promise<Of | undefined> => (await all<Of>(sql, values))[0];

  return {
    async findKey(digest: string): Promise<KeyWithCompany | undefined> {
      const [row] = await db.query<{ key: string; company: string }>(
        `SELECT ${KEY} AS key, ${COMPANY} AS company
         FROM keys JOIN companies ON companies.id = keys.company_id WHERE keys.digest = ?1`,
        [digest],
      );
      return row && { key: recordFrom(row.key), company: recordFrom(row.company) };
    },

    async findUser(companyId: number, email: string): Promise<User | undefined> {
      const sql = `SELECT ${USER} AS record FROM users WHERE company_id = ?1 AND email = ?2`;
      return one(sql, [companyId, email]);
    },

    async findCompany(domain: string): Promise<Company | undefined> {
      return one(`SELECT ${COMPANY} AS record FROM companies WHERE domain = ?1`, [domain]);
    },

    async findProduct(name: ProductName): Promise<Product | undefined> {
      return one(`SELECT ${PRODUCT} AS record FROM products WHERE name = ?1`, [name]);
    },

    async createUser({ companyId, email, passwordHash, issuedAt }: NewUser): Promise<User | "exists"> {
      const created = await one<User>(
        `INSERT INTO users (company_id, email, login_id, display_name, password_hash, issued_at)
         VALUES (?1, ?2, ?2, ?2, ?3, ?4)
         ON CONFLICT (company_id, email) DO NOTHING RETURNING ${USER} AS record`,
        [companyId, email, passwordHash, issuedAt],
      );
      return created ?? "exists";
    },

    async replacePassword(swap: PasswordSwap): Promise<number | "stale"> {
      const { companyId, userId, expectedVersion, passwordHash, issuedAt } = swap;
      const [row] = await db.query<{ credential_version: number }>(
        `UPDATE users SET password_hash = ?1, issued_at = ?2, credential_version = credential_version + 1
         WHERE id = ?3 AND company_id = ?4 AND credential_version = ?5
         RETURNING credential_version`,
        [passwordHash, issuedAt, userId, companyId, expectedVersion],
      );
      return row === undefined ? "stale" : row.credential_version;
    },

    async rehashPassword(swap: HashSwap): Promise<"done" | "stale"> {
      const { companyId, userId, expectedVersion, passwordHash } = swap;
      const changed = await db.change(
        `UPDATE users SET password_hash = ?1 WHERE id = ?2 AND company_id = ?3 AND credential_version = ?4`,
        [passwordHash, userId, companyId, expectedVersion],
      );
      return changed === 0 ? "stale" : "done";
    },

    async saveToken({ digest, userId, companyId, keyId, credentialVersion, product, expiresAt }: Token): Promise<void> {
      await db.query(
        `INSERT INTO tokens (digest, user_id, company_id, key_id, credential_version, product, expires_at)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)`,
        [digest, userId, companyId, keyId, credentialVersion, product, expiresAt],
      );
    },

    async saveCode({ digest, userId, companyId, keyId, credentialVersion, product, expiresAt }: Code): Promise<void> {
      await db.query(
        `INSERT INTO codes (digest, user_id, company_id, key_id, credential_version, product, expires_at)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)`,
        [digest, userId, companyId, keyId, credentialVersion, product, expiresAt],
      );
    },

    async findToken(digest: string): Promise<TokenWithHolder | undefined> {
      const [row] = await db.query<HolderRow & { token: string }>(
        `SELECT ${TOKEN} AS token, ${holderOf("tokens")} FROM tokens WHERE digest = ?1`,
        [digest],
      );
      const holder = row && holderFrom(row);
      return holder && { token: recordFrom(row.token), holder };
    },

    async takeCode(digest: string): Promise<CodeWithHolder | undefined> {
      const [row] = await db.query<HolderRow & { code: string }>(
        `DELETE FROM codes WHERE digest = ?1 RETURNING ${CODE} AS code, ${holderOf("codes")}`,
        [digest],
      );
      const holder = row && holderFrom(row);
      return holder && { code: recordFrom(row.code), holder };
    },

    async revokeToken(digest: string): Promise<void> {
      await db.change("DELETE FROM tokens WHERE digest = ?1", [digest]);
    },

    async audit({ kind, reason = null, at, source, companyId, keyId, userId }: Event): Promise<void> {
      await db.query(
        `INSERT INTO events (kind, reason, at, source, company_id, key_id, user_id)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)`,
        [kind, reason, at, source, companyId, keyId, userId],
      );
    },

    async saveCompany(company: NewCompany): Promise<Company | "exists"> {
      const { name, domain, email, accountType, domainOwnershipVerified, domainMxVerified } = company;
      const products = JSON.stringify(company.products);
      const saved = await one<Company>(
        `INSERT INTO companies
           (name, domain, email, products, account_type, domain_ownership_verified, domain_mx_verified)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)
         ON CONFLICT DO NOTHING RETURNING ${COMPANY} AS record`,
        [name, domain, email, products, accountType, domainOwnershipVerified, domainMxVerified],
      );
      return saved ?? "exists";
    },

    async findCompanyByEmail(email: string): Promise<Company | undefined> {
      return one(`SELECT ${COMPANY} AS record FROM companies WHERE email = ?1`, [email]);
    },

    async listCompanies(): Promise<Company[]> {
      return all(`SELECT ${COMPANY} AS record FROM companies ORDER BY id`, []);
    },

    async saveKey({ digest, companyId, expiresAt }: NewKey): Promise<number> {
      const [row] = await db.query<{ id: number }>(
        `INSERT INTO keys (digest, company_id, status, expires_at) VALUES (?1, ?2, 'enabled', ?3) RETURNING id`,
        [digest, companyId, expiresAt],
      );
      if (row === undefined) throw new Error("the database stored a key without telling its id");
      return row.id;
    },

    async listKeys(companyId: number): Promise<Key[]> {
      return all(`SELECT ${KEY} AS record FROM keys WHERE company_id = ?1 ORDER BY id`, [companyId]);
    },

    async setKeyStatus(companyId: number, keyId: number, status: KeyStatus): Promise<boolean> {
      const changed = await db.change(
        `UPDATE keys SET status = ?1 WHERE id = ?2 AND company_id = ?3 AND status <> 'revoked'`,
        [status, keyId, companyId],
      );
      return changed > 0;
    },

    async setUserStatus(companyId: number, email: string, status: User["status"]): Promise<boolean> {
      const changed = await db.change(
        `UPDATE users SET status = ?1, credential_version = credential_version + iif(?1 = 'disabled', 1, 0)
         WHERE company_id = ?2 AND email = ?3`,
        [status, companyId, email],
      );
      return changed > 0;
    },

    async setUserManager(companyId: number, email: string, managedBy: User["managedBy"]): Promise<boolean> {
      const changed = await db.change(
        `UPDATE users SET managed_by = ?1, credential_version = credential_version + 1
         WHERE company_id = ?2 AND email = ?3`,
        [managedBy, companyId, email],
      );
      return changed > 0;
    },

    async listUsers(companyId: number, after: number, limit: number): Promise<User[]> {
      return all(
        `SELECT ${USER} AS record FROM users WHERE company_id = ?1 AND id > ?2 ORDER BY id LIMIT ?3`,
        [companyId, after, limit],
      );
    },

    async saveProduct({ name, launchUrl, secretDigest }: Product): Promise<void> {
      await db.query(
        `INSERT INTO products (name, launch_url, secret_digest) VALUES (?1, ?2, ?3)
         ON CONFLICT (name) DO UPDATE SET launch_url = excluded.launch_url, secret_digest = excluded.secret_digest`,
        [name, launchUrl, secretDigest],
      );
    },

    async purge(now: number): Promise<number> {
      const tokens = await db.change("DELETE FROM tokens WHERE expires_at <= ?1", [now]);
      const codes = await db.change("DELETE FROM codes WHERE expires_at <= ?1", [now]);
      return tokens + codes;
    },
  };
}
