import type { Contents } from "../../storage/memory/records.js";
import { memoryStorage } from "../../storage/memory.js";
import type { TestedStorage } from "../check.js";
import { accountOf, type BrokenStorage, betweenStatements, broken, type Rows } from "./rows.js";

/** The tables, each with the member that names a record. A key and its times are one record. */
const TABLES = {
  companies: "id",
  keys: "id",
  keyTimes: "keyId",
  users: "id",
  tokens: "digest",
  codes: "digest",
  products: "name",
} as const;

type Table = { -readonly [Name in keyof typeof TABLES]: Record<string, unknown>[] };

/** Reads all, and then writes the records that the call changes back whole, as a store of documents does. */
const writingBack = (method: keyof TestedStorage): BrokenStorage =>
  broken("STO-RECORD", `reads records and then writes them back in ${method}`, (rows) => ({
    async [method](...call: never[]) {
      const before = rows.read();
      const changed = memoryStorage(before);
      const came = await (changed[method] as (...call: never[]) => Promise<unknown>)(...call);
      await betweenStatements;
      writeBack(rows, before, changed.dump());
      return came;
    },
  }));

function writeBack(rows: Rows, before: Contents, after: Contents): void {
  const [had, has] = [before, after].map((contents) => contents as unknown as Table) as [Table, Table];
  const changedIn = (name: keyof Table) => {
    const was = new Set(had[name].map((record) => JSON.stringify(record)));
    return has[name].filter((record) => !was.has(JSON.stringify(record))).map((record) => record[TABLES[name]]);
  };
  const keys = [...changedIn("keys"), ...changedIn("keyTimes")];
  const changed = Object.keys(TABLES).map((table) => {
    const name = table as keyof Table;
    const named = new Set(name === "keys" || name === "keyTimes" ? keys : changedIn(name));
    return { name, isChanged: (record: Record<string, unknown>) => named.has(record[TABLES[name]]) };
  });
  rows.edit((contents) => {
    const table = contents as unknown as Table;
    for (const { name, isChanged } of changed)
      table[name] = [...table[name].filter((record) => !isChanged(record)), ...has[name].filter(isChanged)];
    contents.events.push(...after.events.slice(before.events.length));
  });
}

/** Stores a record whose digest was not there when it was looked for; one that came meanwhile has it no more. */
async function lookAndStore<Of>(
  rows: Rows,
  name: "tokens" | "codes" | "keys",
  digest: string,
  store: () => Promise<Of>,
): Promise<Of> {
  const isStored = () => rows.read()[name].some((record) => record.digest === digest);
  if (isStored()) throw new Error("this digest is already stored");
  await betweenStatements;
  if (isStored())
    rows.edit((contents) => {
      for (const record of contents[name]) if (record.digest === digest) record.digest = `${digest} before`;
    });
  return store();
}

export const WRITE_BACK: BrokenStorage[] = [
  ...(["setUser", "signOut", "setCompany", "setKeyStatus", "endKey", "saveToken", "saveCode", "rotateProduct"] as const).map(
    writingBack,
  ),
  broken("STO-DELETE", "writes a user back who is deleted meanwhile", (rows) => ({
    async setUser(companyId, userId, members, event) {
      const user = accountOf(rows.read(), companyId, userId);
      await betweenStatements;
      if (user !== undefined && accountOf(rows.read(), companyId, userId) === undefined)
        rows.edit(({ users }) => users.push(user));
      return rows.sound().setUser(companyId, userId, members, event);
    },
  })),
  broken("STO-DELETE", "keeps the e-mail taken that a user gets who is being deleted", (rows) => {
    const taken = new Set<string | undefined>();
    return {
      async deleteUser(companyId, userId, event) {
        const email = accountOf(rows.read(), companyId, userId)?.email;
        await betweenStatements;
        const now = accountOf(rows.read(), companyId, userId)?.email;
        if (now !== email) taken.add(now);
        return rows.sound().deleteUser(companyId, userId, event);
      },
      createUser: async (user, event) => (taken.has(user.email) ? "exists" : rows.sound().createUser(user, event)),
    };
  }),
  broken("STO-DELETE", "reads the keys of a company and then deletes it with these", (rows) => ({
    async deleteCompany(companyId, event) {
      const { keys } = rows.read();
      await betweenStatements;
      const kept = rows.read().keys.filter((key) => !keys.some(({ id }) => id === key.id));
      const isDone = await rows.sound().deleteCompany(companyId, event);
      rows.edit((contents) => contents.keys.push(...kept.filter((key) => key.companyId === companyId)));
      return isDone;
    },
  })),
  broken("STO-SAVE", "undoes with a rotation that fails what others store meanwhile", (rows) => ({
    async rotateKey(rotation, event) {
      const before = rows.read();
      await betweenStatements;
      return rows
        .sound()
        .rotateKey(rotation, event)
        .catch((error) => {
          rows.edit((contents) => Object.assign(contents, before));
          throw error;
        });
    },
  })),
  broken("STO-SAVE", "looks for the digest of a token and then stores it", (rows) => ({
    saveToken: (token, event) => lookAndStore(rows, "tokens", token.digest, () => rows.sound().saveToken(token, event)),
  })),
  broken("STO-SAVE", "looks for the digest of a code and then stores it", (rows) => ({
    saveCode: (code, event) => lookAndStore(rows, "codes", code.digest, () => rows.sound().saveCode(code, event)),
  })),
  broken("STO-SAVE", "looks for the digest of a key and then stores it", (rows) => ({
    saveKey: (key, event) => lookAndStore(rows, "keys", key.digest, () => rows.sound().saveKey(key, event)),
  })),
  broken("STO-EVENTS", "counts the events and then purges them", (rows) => ({
    async purgeEvents(before, event) {
      const { length } = rows.read().events.filter(({ at }) => at < before);
      await betweenStatements;
      await rows.sound().purgeEvents(before, event);
      return length;
    },
  })),
  broken("STO-PURGE", "counts the tokens that have expired and then purges them", (rows) => ({
    async purge(now) {
      const { tokens, codes } = rows.read();
      await betweenStatements;
      await rows.sound().purge(now);
      return [...tokens, ...codes].filter(({ expiresAt }) => expiresAt <= now).length;
    },
  })),
];
