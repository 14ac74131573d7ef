import type { InValue } from "@libsql/client";
import { type Address, Connection } from "./sqlite/connection.js";
import {
  CODE,
  COMPANY,
  holderFrom,
  holderOf,
  type HolderRow,
  KEY,
  PRODUCT,
  recordFrom,
  TOKEN,
  USER,
} from "./sqlite/record.js";
import { SCHEMA } from "./sqlite/schema.js";
import type { CodeWithHolder, KeyWithCompany, NewCompany, OperatorStorage, Storage, TokenWithHolder } from "./storage.js";
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
} from "./wire.js";

export { type Address, MissingDriverError } from "./sqlite/connection.js";

/** A storage in SQLite. Several processes may open the same file. */
export interface SqliteStorage extends Storage, OperatorStorage {
  /** Gives the file or the connection back. No method may be called after it. */
  close(): void;
}

/**
 * Opens a SQLite file, or a database on a libSQL server, through the package `@libsql/client`, and creates the tables
 * that are missing.
 *
 * Every write is one statement, and on the disk when it returns. Rejects with {@link MissingDriverError} if the driver
 * is not installed, with the driver's own error if the database cannot be opened.
 */
export async function sqliteStorage(address: Address = { url: "file:ssokey.db" }): Promise<SqliteStorage> {
  const db = await Connection.open(address);
  try {
    if (db.isFile) await db.execute("PRAGMA journal_mode = WAL");
    await db.script(SCHEMA);
  } catch (error) {
    db.close();
    throw error;
  }

  /** The record in the one column of each row. */
  const all = async <Of>(sql: string, args: Record<string, InValue>): Promise<Of[]> => {
    const rows = await db.execute<{ record: string }>(sql, args);
    return rows.map(({ record }) => recordFrom(record));
  };

  /** The record in the one column of the one row, if there is one. */
  const one = async <Of>(sql: string, args: Record<string, InValue>): Promise<Of | undefined> =>
    (await all<Of>(sql, args))[0];

  return {
    async findKey(digest: string): Promise<KeyWithCompany | undefined> {
      const [row] = await db.execute<{ key: string; company: string }>(
        `SELECT ${KEY} AS key, ${COMPANY} AS company
         FROM keys JOIN companies ON companies.id = keys.company_id WHERE keys.digest = :digest`,
        { digest },
      );
      return row && { key: recordFrom(row.key), company: recordFrom(row.company) };
    },

    async findUser(companyId: number, email: string): Promise<User | undefined> {
      const sql = `SELECT ${USER} AS record FROM users WHERE company_id = :companyId AND email = :email`;
      return one(sql, { companyId, email });
    },

    async findCompany(domain: string): Promise<Company | undefined> {
      return one(`SELECT ${COMPANY} AS record FROM companies WHERE domain = :domain`, { domain });
    },

    async findProduct(name: ProductName): Promise<Product | undefined> {
      return one(`SELECT ${PRODUCT} AS record FROM products WHERE name = :name`, { name });
    },

    async createUser({ companyId, email, passwordHash, issuedAt }: NewUser): Promise<User | "exists"> {
      const created = await one<User>(
        `INSERT INTO users (company_id, email, login_id, display_name, password_hash, issued_at)
         VALUES (:companyId, :email, :email, :email, :passwordHash, :issuedAt)
         ON CONFLICT (company_id, email) DO NOTHING RETURNING ${USER} AS record`,
        { companyId, email, passwordHash, issuedAt },
      );
      return created ?? "exists";
    },

    async replacePassword(swap: PasswordSwap): Promise<number | "stale"> {
      const { companyId, userId, expectedVersion, passwordHash, issuedAt } = swap;
      const [row] = await db.execute<{ credential_version: number }>(
        `UPDATE users SET password_hash = :passwordHash, issued_at = :issuedAt,
           credential_version = credential_version + 1
         WHERE id = :userId AND company_id = :companyId AND credential_version = :expectedVersion
         RETURNING credential_version`,
        { companyId, userId, expectedVersion, passwordHash, issuedAt },
      );
      return row === undefined ? "stale" : row.credential_version;
    },

    async rehashPassword(swap: HashSwap): Promise<"done" | "stale"> {
      const { companyId, userId, expectedVersion, passwordHash } = swap;
      const changed = await db.change(
        `UPDATE users SET password_hash = :passwordHash
         WHERE id = :userId AND company_id = :companyId AND credential_version = :expectedVersion`,
        { companyId, userId, expectedVersion, passwordHash },
      );
      return changed === 0 ? "stale" : "done";
    },

    async saveToken({ digest, userId, companyId, keyId, credentialVersion, product, expiresAt }: Token): Promise<void> {
      await db.execute(
        `INSERT INTO tokens (digest, user_id, company_id, key_id, credential_version, product, expires_at)
         VALUES (:digest, :userId, :companyId, :keyId, :credentialVersion, :product, :expiresAt)`,
        { digest, userId, companyId, keyId, credentialVersion, product, expiresAt },
      );
    },

    async saveCode({ digest, userId, companyId, keyId, credentialVersion, product, expiresAt }: Code): Promise<void> {
      await db.execute(
        `INSERT INTO codes (digest, user_id, company_id, key_id, credential_version, product, expires_at)
         VALUES (:digest, :userId, :companyId, :keyId, :credentialVersion, :product, :expiresAt)`,
        { digest, userId, companyId, keyId, credentialVersion, product, expiresAt },
      );
    },

    async findToken(digest: string): Promise<TokenWithHolder | undefined> {
      const [row] = await db.execute<HolderRow & { token: string }>(
        `SELECT ${TOKEN} AS token, ${holderOf("tokens")} FROM tokens WHERE digest = :digest`,
        { digest },
      );
      const holder = row && holderFrom(row);
      return holder && { token: recordFrom(row.token), holder };
    },

    async takeCode(digest: string): Promise<CodeWithHolder | undefined> {
      const [row] = await db.execute<HolderRow & { code: string }>(
        `DELETE FROM codes WHERE digest = :digest RETURNING ${CODE} AS code, ${holderOf("codes")}`,
        { digest },
      );
      const holder = row && holderFrom(row);
      return holder && { code: recordFrom(row.code), holder };
    },

    async revokeToken(digest: string): Promise<void> {
      await db.change("DELETE FROM tokens WHERE digest = :digest", { digest });
    },

    async audit({ kind, reason = null, at, source, companyId, keyId, userId }: Event): Promise<void> {
      await db.execute(
        `INSERT INTO events (kind, reason, at, source, company_id, key_id, user_id)
         VALUES (:kind, :reason, :at, :source, :companyId, :keyId, :userId)`,
        { kind, reason, at, source, companyId, keyId, userId },
      );
    },

    async saveCompany(company: NewCompany): Promise<Company | "exists"> {
      const { name, domain, email, accountType, domainOwnershipVerified, domainMxVerified } = company;
      const products = JSON.stringify(company.products);
      const saved = await one<Company>(
        `INSERT INTO companies
           (name, domain, email, products, account_type, domain_ownership_verified, domain_mx_verified)
         VALUES (:name, :domain, :email, :products, :accountType, :domainOwnershipVerified, :domainMxVerified)
         ON CONFLICT DO NOTHING RETURNING ${COMPANY} AS record`,
        { name, domain, email, products, accountType, domainOwnershipVerified, domainMxVerified },
      );
      return saved ?? "exists";
    },

    async findCompanyByEmail(email: string): Promise<Company | undefined> {
      return one(`SELECT ${COMPANY} AS record FROM companies WHERE email = :email`, { email });
    },

    async listCompanies(): Promise<Company[]> {
      return all(`SELECT ${COMPANY} AS record FROM companies ORDER BY id`, {});
    },

    async saveKey({ digest, companyId, expiresAt }: NewKey): Promise<number> {
      const [row] = await db.execute<{ id: number }>(
        `INSERT INTO keys (digest, company_id, status, expires_at)
         VALUES (:digest, :companyId, 'enabled', :expiresAt) RETURNING id`,
        { digest, companyId, expiresAt },
      );
      if (row === undefined) throw new Error("the database stored a key without telling its id");
      return row.id;
    },

    async listKeys(companyId: number): Promise<Key[]> {
      return all(`SELECT ${KEY} AS record FROM keys WHERE company_id = :companyId ORDER BY id`, { companyId });
    },

    async setKeyStatus(companyId: number, keyId: number, status: KeyStatus): Promise<boolean> {
      const changed = await db.change(
        `UPDATE keys SET status = :status WHERE id = :keyId AND company_id = :companyId AND status <> 'revoked'`,
        { companyId, keyId, status },
      );
      return changed > 0;
    },

    async setUserStatus(companyId: number, email: string, status: User["status"]): Promise<boolean> {
      const changed = await db.change(
        `UPDATE users SET status = :status, credential_version = credential_version + iif(:status = 'disabled', 1, 0)
         WHERE company_id = :companyId AND email = :email`,
        { companyId, email, status },
      );
      return changed > 0;
    },

    async setUserManager(companyId: number, email: string, managedBy: User["managedBy"]): Promise<boolean> {
      const changed = await db.change(
        `UPDATE users SET managed_by = :managedBy, credential_version = credential_version + 1
         WHERE company_id = :companyId AND email = :email`,
        { companyId, email, managedBy },
      );
      return changed > 0;
    },

    async listUsers(companyId: number, after: number, limit: number): Promise<User[]> {
      return all(
        `SELECT ${USER} AS record FROM users WHERE company_id = :companyId AND id > :after ORDER BY id LIMIT :limit`,
        { companyId, after, limit },
      );
    },

    async saveProduct({ name, launchUrl, secretDigest }: Product): Promise<void> {
      await db.execute(
        `INSERT INTO products (name, launch_url, secret_digest) VALUES (:name, :launchUrl, :secretDigest)
         ON CONFLICT (name) DO UPDATE SET launch_url = excluded.launch_url, secret_digest = excluded.secret_digest`,
        { name, launchUrl, secretDigest },
      );
    },

    async purge(now: number): Promise<number> {
      const tokens = await db.change("DELETE FROM tokens WHERE expires_at <= :now", { now });
      const codes = await db.change("DELETE FROM codes WHERE expires_at <= :now", { now });
      return tokens + codes;
    },

    close: () => db.close(),
  };
}
