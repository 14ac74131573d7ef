import type { Code, Company, Event, HashSwap, NewUser, PasswordSwap, Product, ProductName, Token, User } from "../core/wire.js";
import type { CodeWithHolder, KeyWithCompany, OperatorStorage, Storage, TokenWithHolder } from "../storage/contract.js";
import { firstUserValues } from "../storage/new-record.js";
import { databaseOver } from "./database.js";
import type { Dialect } from "./dialect.js";
import type { Executor, Statement } from "./executor.js";
import { limitsOver } from "./limits.js";
import { operatorStorageOver } from "./operator-storage.js";
import { CODES, EVENTS, TOKENS, USERS } from "./table.js";

/** A storage in a SQL database. */
export interface SqlStorage extends Storage, OperatorStorage {
  /**
   * Writes one row that nothing reads, as durably as a token; rejects where no sign-on could be written now. `forRoom` takes more room
   * than a sign-on does, and gives it back: the one row may stand where it stood on a disk that is full.
   */
  probe(forRoom?: boolean): Promise<void>;
}

/** Returns the storage over a database whose tables are those of this version. Every write is one atomic operation. */
export function storageOver(db: Executor, dialect: Dialect): SqlStorage {
  const database = databaseOver(db, dialect);
  const { one, change, atomically, add, statement, insert, column, object, holderOf, tables, records } = database;
  const { companies, keys, users, products, tokens, codes } = tables;

  /** The last uses of keys that this storage has written, so that a busy key is written once a minute. */
  const uses = new Map<number, number>();

  /** Saves a token or a code with its event and, if it is time, with the last use of its key. */
  const saveUsed = async (write: Statement, { keyId, companyId }: Token, event: Event): Promise<void> => {
    const { at } = event;
    if (keyId === null || at <= (uses.get(keyId) ?? -1) + MINUTE) return void (await atomically(write, insert(EVENTS, event)));
    const sql = `UPDATE ${keys} SET last_used_at = ? WHERE id = ? AND company_id = ? AND coalesce(last_used_at, -1) < ?`;
    // The key comes first: MariaDB would lock it for the token, share the lock, and then wait for who shares it.
    await atomically(statement(sql, [at, keyId, companyId, at]), write, insert(EVENTS, event));
    if (uses.size >= MOST_USES) uses.clear();
    uses.set(keyId, at);
  };

  return {
    ...operatorStorageOver(databaseOver(db.patient ?? db, dialect)),
    ...limitsOver(database),

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

    async createUser(user: NewUser, event: Event | null): Promise<User | "exists"> {
      const values = firstUserValues(user);
      const addition = {
        insert: (suffix: Statement) => insert(USERS, values, { suffix }),
        find: statement(`SELECT id FROM ${users} WHERE company_id = ? AND email = ?`, [user.companyId, user.email]),
        isOptional: true,
      };
      const id = await add(addition, event, "userId");
      return id === undefined ? "exists" : { id, ...values };
    },

    async replacePassword(swap: PasswordSwap): Promise<number | "stale"> {
      const { companyId, userId, expectedVersion, passwordHash, issuedAt, passwordKeyId } = swap;
      const changed = await change(
        `UPDATE ${users} SET password_hash = ?, issued_at = ?, password_key_id = ?, credential_version = credential_version + 1
         WHERE id = ? AND company_id = ? AND credential_version = ?`,
        [passwordHash, issuedAt, passwordKeyId, userId, companyId, expectedVersion],
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

    saveToken: (token: Token, event: Event): Promise<void> => saveUsed(insert(TOKENS, token), token, event),

    saveCode: (code: Code, event: Event): Promise<void> => saveUsed(insert(CODES, code), code, event),

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

    async probe(forRoom = false): Promise<void> {
      const probe = dialect.table("probe");
      const at = dialect.orChange("name", [`at = ${dialect.inserted("at")}`]);
      await change(`INSERT INTO ${probe} (name, at) VALUES ('sign-on', ?)${at}`, [Date.now()]);
      if (!forRoom) return;
      const clear = () => change(`DELETE FROM ${probe} WHERE name LIKE 'room %'`, []);
      // What a probe before could not delete must not grow.
      await clear();
      // Several servers may ask at once.
      const name = `room ${crypto.randomUUID()}`;
      for (let from = 0; from < ROOM; from += PARAMETERS) {
        const names = Array.from({ length: PARAMETERS }, (_, index) => `${name} ${from + index}`);
        // As parameters: the driver of MariaDB, and its server, keep each different statement.
        await change(`INSERT INTO ${probe} (name, at) VALUES ${names.map(() => "(?, 0)")}`, names);
      }
      await clear();
    },

    async audit(event: Event): Promise<void> {
      const { sql, values } = insert(EVENTS, event);
      await db.change(sql, values);
    },
  };
}

const MINUTE = 60_000;

/** The most keys of which a storage remembers the last use. */
const MOST_USES = 10_000;
/** The rows that show whether there is room: more than 64 kB of them. */
const ROOM = 1_000;
/** The parameters of a statement, of which D1 takes no more. */
const PARAMETERS = 100;

/** Returns what is held by somebody: by a user of the company, and by a key of it unless there is none. */
function held<Of extends Partial<TokenWithHolder & CodeWithHolder>>(found: Of | undefined): Of | undefined {
  const { holder, token, code } = found ?? {};
  const isKeyless = (token ?? code)?.keyId === null;
  return holder?.user && holder.company && (holder.key || isKeyless) ? found : undefined;
}
