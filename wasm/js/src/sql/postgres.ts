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
import { migrate, type MigrateOptions, settle } from "./migration.js";
import { openPool, type PostgresAddress } from "./postgres/pool.js";
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
} from "./postgres/record.js";
import { migratedBy, MIGRATIONS } from "./postgres/schema.js";

export { type MigrateOptions, MigrationError } from "./migration.js";
export { MissingPostgresDriverError, type PostgresAddress, type PostgresPool } from "./postgres/pool.js";

/** A storage in PostgreSQL, in the schema `ssokey` of a database. Any number of processes may use it at once. */
export interface PostgresStorage extends Storage, OperatorStorage {
  /** Ends the connections, unless the pool was given. No method may be called after it. */
  close(): Promise<void>;
}

/**
 * Opens a PostgreSQL database through the package `pg`. If the schema `ssokey` is not there, it is created with its
 * tables.
 *
 * Every write is one statement, and committed when it returns; with the server's default `synchronous_commit` it is on
 * the disk. The isolation level has to be PostgreSQL's default, read committed, and the server the primary: a replica
 * lags.
 *
 * Rejects with {@link MigrationError} if the tables are those of another version of this package, with
 * {@link MissingPostgresDriverError} if the driver is not installed, with the driver's own error if the database cannot
 * be reached.
 */
export async function postgresStorage(address: PostgresAddress): Promise<PostgresStorage> {
  const { pool, close } = await openPool(address);
  try {
    await settle(migratedBy(pool), MIGRATIONS);
  } catch (error) {
    await close();
    throw error;
  }

  const query = async <Row>(sql: string, values: unknown[]): Promise<Row[]> =>
    (await pool.query(sql, values)).rows as Row[];

  /** Runs one statement that writes and returns how many rows it changed. */
  const change = async (sql: string, values: unknown[]): Promise<number> =>
    (await pool.query(sql, values)).rowCount ?? 0;

  /** The record in the one column of each row. */
  const all = async <Of>(sql: string, values: unknown[]): Promise<Of[]> => {
    const rows = await query<{ record: string }>(sql, values);
    return rows.map(({ record }) => recordFrom(record));
  };

  /** The record in the one column of the one row, if there is one. */
  const one = async <Of>(sql: string, values: unknown[]): Promise<Of | undefined> => (await all<Of>(sql, values))[0];

  return {
    async findKey(digest: string): Promise<KeyWithCompany | undefined> {
      const [row] = await query<{ key: string; company: string }>(
        `SELECT ${KEY} AS key, ${COMPANY} AS company
         FROM ssokey.keys JOIN ssokey.companies ON companies.id = keys.company_id WHERE keys.digest = $1`,
        [digest],
      );
      return row && { key: recordFrom(row.key), company: recordFrom(row.company) };
    },

    async findUser(companyId: number, email: string): Promise<User | undefined> {
      const sql = `SELECT ${USER} AS record FROM ssokey.users WHERE company_id = $1 AND email = $2`;
      return one(sql, [companyId, email]);
    },

    async findCompany(domain: string): Promise<Company | undefined> {
      return one(`SELECT ${COMPANY} AS record FROM ssokey.companies WHERE domain = $1`, [domain]);
    },

    async findProduct(name: ProductName): Promise<Product | undefined> {
      return one(`SELECT ${PRODUCT} AS record FROM ssokey.products WHERE name = $1`, [name]);
    },

    async createUser({ companyId, email, passwordHash, issuedAt }: NewUser): Promise<User | "exists"> {
      const created = await one<User>(
        `INSERT INTO ssokey.users (company_id, email, login_id, display_name, password_hash, issued_at)
         VALUES ($1, $2, $2, $2, $3, $4)
         ON CONFLICT (company_id, email) DO NOTHING RETURNING ${USER} AS record`,
        [companyId, email, passwordHash, issuedAt],
      );
      return created ?? "exists";
    },

    async replacePassword(swap: PasswordSwap): Promise<number | "stale"> {
      const { companyId, userId, expectedVersion, passwordHash, issuedAt } = swap;
      const [row] = await query<{ version: string }>(
        `UPDATE ssokey.users SET password_hash = $1, issued_at = $2, credential_version = credential_version + 1
         WHERE id = $3 AND company_id = $4 AND credential_version = $5
         RETURNING credential_version::text AS version`,
        [passwordHash, issuedAt, userId, companyId, expectedVersion],
      );
      return row === undefined ? "stale" : Number(row.version);
    },

    async rehashPassword(swap: HashSwap): Promise<"done" | "stale"> {
      const { companyId, userId, expectedVersion, passwordHash } = swap;
      const changed = await change(
        `UPDATE ssokey.users SET password_hash = $1 WHERE id = $2 AND company_id = $3 AND credential_version = $4`,
        [passwordHash, userId, companyId, expectedVersion],
      );
      return changed === 0 ? "stale" : "done";
    },

    async saveToken({ digest, userId, companyId, keyId, credentialVersion, product, expiresAt }: Token): Promise<void> {
      await change(
        `INSERT INTO ssokey.tokens (digest, user_id, company_id, key_id, credential_version, product, expires_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7)`,
        [digest, userId, companyId, keyId, credentialVersion, product, expiresAt],
      );
    },

    async saveCode({ digest, userId, companyId, keyId, credentialVersion, product, expiresAt }: Code): Promise<void> {
      await change(
        `INSERT INTO ssokey.codes (digest, user_id, company_id, key_id, credential_version, product, expires_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7)`,
        [digest, userId, companyId, keyId, credentialVersion, product, expiresAt],
      );
    },

    async findToken(digest: string): Promise<TokenWithHolder | undefined> {
      const [row] = await query<HolderRow & { token: string }>(
        `SELECT ${TOKEN} AS token, ${holderOf("tokens")} FROM ssokey.tokens WHERE digest = $1`,
        [digest],
      );
      const holder = row && holderFrom(row);
      return holder && { token: recordFrom(row.token), holder };
    },

    async takeCode(digest: string): Promise<CodeWithHolder | undefined> {
      const [row] = await query<HolderRow & { code: string }>(
        `DELETE FROM ssokey.codes WHERE digest = $1 RETURNING ${CODE} AS code, ${holderOf("codes")}`,
        [digest],
      );
      const holder = row && holderFrom(row);
      return holder && { code: recordFrom(row.code), holder };
    },

    async revokeToken(digest: string): Promise<void> {
      await change("DELETE FROM ssokey.tokens WHERE digest = $1", [digest]);
    },

    async audit({ kind, reason = null, at, source, companyId, keyId, userId }: Event): Promise<void> {
      await change(
        `INSERT INTO ssokey.events (kind, reason, at, source, company_id, key_id, user_id)
         VALUES ($1, $2, $3, $4, $5, $6, $7)`,
        [kind, reason, at, source, companyId, keyId, userId],
      );
    },

    async saveCompany(company: NewCompany): Promise<Company | "exists"> {
      const { name, domain, email, accountType, domainOwnershipVerified, domainMxVerified } = company;
      const products = JSON.stringify(company.products);
      const saved = await one<Company>(
        `INSERT INTO ssokey.companies
           (name, domain, email, products, account_type, domain_ownership_verified, domain_mx_verified)
         VALUES ($1, $2, $3, $4, $5, $6, $7)
         ON CONFLICT DO NOTHING RETURNING ${COMPANY} AS record`,
        [name, domain, email, products, accountType, domainOwnershipVerified, domainMxVerified],
      );
      return saved ?? "exists";
    },

    async findCompanyByEmail(email: string): Promise<Company | undefined> {
      return one(`SELECT ${COMPANY} AS record FROM ssokey.companies WHERE email = $1`, [email]);
    },

    async listCompanies(): Promise<Company[]> {
      return all(`SELECT ${COMPANY} AS record FROM ssokey.companies ORDER BY id`, []);
    },

    async saveKey({ digest, companyId, expiresAt }: NewKey): Promise<number> {
      const [row] = await query<{ id: string }>(
        `INSERT INTO ssokey.keys (digest, company_id, status, expires_at)
         VALUES ($1, $2, 'enabled', $3) RETURNING id::text AS id`,
        [digest, companyId, expiresAt],
      );
      if (row === undefined) throw new Error("the database stored a key without telling its id");
      return Number(row.id);
    },

    async listKeys(companyId: number): Promise<Key[]> {
      return all(`SELECT ${KEY} AS record FROM ssokey.keys WHERE company_id = $1 ORDER BY id`, [companyId]);
    },

    async setKeyStatus(companyId: number, keyId: number, status: KeyStatus): Promise<boolean> {
      const changed = await change(
        `UPDATE ssokey.keys SET status = $1 WHERE id = $2 AND company_id = $3 AND status <> 'revoked'`,
        [status, keyId, companyId],
      );
      return changed > 0;
    },

    async setUserStatus(companyId: number, email: string, status: User["status"]): Promise<boolean> {
      const changed = await change(
        `UPDATE ssokey.users SET status = $1::text,
           credential_version = credential_version + CASE WHEN $1::text = 'disabled' THEN 1 ELSE 0 END
         WHERE company_id = $2 AND email = $3`,
        [status, companyId, email],
      );
      return changed > 0;
    },

    async setUserManager(companyId: number, email: string, managedBy: User["managedBy"]): Promise<boolean> {
      const changed = await change(
        `UPDATE ssokey.users SET managed_by = $1, credential_version = credential_version + 1
         WHERE company_id = $2 AND email = $3`,
        [managedBy, companyId, email],
      );
      return changed > 0;
    },

    async listUsers(companyId: number, after: number, limit: number): Promise<User[]> {
      return all(
        `SELECT ${USER} AS record FROM ssokey.users WHERE company_id = $1 AND id > $2 ORDER BY id LIMIT $3`,
        [companyId, after, limit],
      );
    },

    async saveProduct({ name, launchUrl, secretDigest }: Product): Promise<void> {
      await change(
        `INSERT INTO ssokey.products (name, launch_url, secret_digest) VALUES ($1, $2, $3)
         ON CONFLICT (name) DO UPDATE SET launch_url = excluded.launch_url, secret_digest = excluded.secret_digest`,
        [name, launchUrl, secretDigest],
      );
    },

    async purge(now: number): Promise<number> {
      const [row] = await query<{ purged: string }>(
        `WITH expired_tokens AS (DELETE FROM ssokey.tokens WHERE expires_at <= $1 RETURNING 1),
              expired_codes AS (DELETE FROM ssokey.codes WHERE expires_at <= $1 RETURNING 1)
         SELECT ((SELECT count(*) FROM expired_tokens) + (SELECT count(*) FROM expired_codes))::text AS purged`,
        [now],
      );
      return Number(row?.purged ?? 0);
    },

    close,
  };
}

/**
 * Brings a PostgreSQL database to the version of this package: applies the migrations that it lacks, all or none, and
 * returns their names. {@link postgresStorage} does so where there are none; call it with a role that may create tables
 * if the server's role may not. Any number of processes may call it at once.
 *
 * Rejects with {@link MigrationError} if a newer version was there, and like {@link postgresStorage}.
 */
export async function migratePostgres(address: PostgresAddress, options?: MigrateOptions): Promise<string[]> {
  const { pool, close } = await openPool(address);
  try {
    return await migrate(migratedBy(pool), MIGRATIONS, options);
  } finally {
    await close();
  }
}
