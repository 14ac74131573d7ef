// The records of a storage in memory, and what its methods share.

import { requireOptions } from "../../core/check.js";
import { SettingsError } from "../../core/settings.js";
import type {
  Code,
  Company,
  CompanyMembers,
  Event,
  HashSwap,
  Holder,
  Key,
  NewKey,
  Product,
  StoredKey,
  Token,
  User,
  UserMembers,
} from "../../core/wire.js";
import { firstKeyValues } from "../new-record.js";

/** Everything that a storage holds. */
export interface Contents {
  companies: Company[];
  keys: Key[];
  /** The times of each key that was stored or used since. */
  keyTimes: ({ keyId: number } & Pick<StoredKey, "createdAt" | "lastUsedAt">)[];
  users: User[];
  tokens: Token[];
  codes: Code[];
  products: Product[];
  events: Event[];
}

/** The records as they are kept: tokens and codes, of which there are most, by their digests. */
type Kept = Omit<Contents, "tokens" | "codes"> & { tokens: Map<string, Token>; codes: Map<string, Code> };

/** The records, and the ways to them. */
export type Records = ReturnType<typeof recordsOf>;

const CONTENTS = ["companies", "keys", "keyTimes", "users", "tokens", "codes", "products", "events"];

/** Returns a copy of the records. Throws a `SettingsError` if they are something else. */
export function recordsOf(initial: Partial<Contents>) {
  requireOptions(initial, CONTENTS, "such as `{ companies: [] }`");
  for (const [name, rows] of Object.entries(initial))
    if (!Array.isArray(rows)) throw new SettingsError(`\`${name}\` must be an array of records`);
  const { tokens = [], codes = [], ...rest } = copyOf(initial);
  const contents: Kept = {
    companies: [],
    keys: [],
    keyTimes: [],
    users: [],
    products: [],
    events: [],
    ...rest,
    tokens: byDigest(tokens),
    codes: byDigest(codes),
  };
  const { companies, keys, keyTimes, users, events } = contents;

  // An id that an event names is not given again either.
  const nextId = {
    company: idsAfter(companies, events, "companyId"),
    key: idsAfter(keys, events, "keyId"),
    user: idsAfter(users, events, "userId"),
  };

  const userAt = ({ companyId, userId, expectedVersion }: HashSwap) =>
    users.find((user) => user.id === userId && user.companyId === companyId && user.credentialVersion === expectedVersion);

  const userOf = (companyId: number, userId: number) => users.find((user) => user.id === userId && user.companyId === companyId);

  /** A revoked key is there no more. */
  const keyOf = (companyId: number, keyId: number) =>
    keys.find((key) => key.id === keyId && key.companyId === companyId && key.status !== "revoked");

  const holderOf = ({ userId, companyId, keyId }: Token): Holder | undefined => {
    const user = userOf(companyId, userId);
    const company = companies.find(({ id }) => id === companyId);
    const key = keys.find((key) => key.id === keyId && key.companyId === companyId) ?? null;
    return user && company && (key || keyId === null) ? { user, company, key } : undefined;
  };

  /** Records the success of a token's or code's key. */
  const use = ({ keyId }: Token, { at }: Event): void => {
    if (keyId === null) return;
    const times = keyTimes.find((times) => times.keyId === keyId);
    if (times === undefined) keyTimes.push({ keyId, createdAt: null, lastUsedAt: at });
    else times.lastUsedAt = Math.max(times.lastUsedAt ?? at, at);
  };

  const attempts = new Map<string, { made: number; expiresAt: number }>();

  /** The ids of the events. The records themselves have none. */
  const eventIds = new WeakMap<Event, number>(events.map((event, index) => [event, index + 1]));
  let lastEvent = events.length;

  const record = (event: Event): void => {
    const stored = copyOf(event);
    lastEvent += 1;
    eventIds.set(stored, lastEvent);
    events.push(stored);
  };

  /** Like a database's foreign key it refuses a record of no company. */
  const requireCompany = (companyId: number): void => {
    if (!companies.some(({ id }) => id === companyId)) throw new Error(`there is no company ${companyId}`);
  };

  /** Sets the members that are not `null`. */
  const set = (stored: Company | User | undefined, members: CompanyMembers | UserMembers, event: Event): boolean => {
    if (stored === undefined) return false;
    const given = Object.entries(members).filter(([, value]) => value !== null);
    Object.assign(stored, copyOf(Object.fromEntries(given)));
    record(event);
    return true;
  };

  const saveKey = (key: NewKey, event: Event): number => {
    requireCompany(key.companyId);
    const id = nextId.key();
    requireNew(keys.some(({ digest }) => digest === key.digest));
    keys.push({ id, ...firstKeyValues(key) });
    keyTimes.push({ keyId: id, createdAt: event.at, lastUsedAt: null });
    record({ ...event, keyId: id });
    return id;
  };

  return {
    contents,
    attempts,
    nextId,
    userAt,
    userOf,
    keyOf,
    holderOf,
    use,
    record,
    idOf: (event: Event): number => eventIds.get(event) ?? 0,
    requireCompany,
    set,
    saveKey,
  };
}

/** Returns a copy of plain data. For the few members of a record `structuredClone` takes some thirty times as long. */
export function copyOf<Value>(value: Value): Value {
  if (Array.isArray(value)) return value.map(copyOf) as Value;
  if (typeof value !== "object" || value === null) return value;
  const copy = { ...value };
  for (const name in copy) copy[name] = copyOf(copy[name]);
  return copy;
}

/** Adds a token or code. */
export function insert<Row extends { digest: string }>(rows: Map<string, Row>, row: Row): void {
  requireNew(rows.has(row.digest));
  rows.set(row.digest, copyOf(row));
}

/** Like a database's unique column it refuses a digest that is there. */
function requireNew(isStored: boolean): void {
  if (isStored) throw new Error("this digest is already stored");
}

function byDigest<Row extends { digest: string }>(rows: Row[]): Map<string, Row> {
  return new Map(rows.map((row) => [row.digest, row]));
}

/** Like a database's check it refuses what the core never hands down: in other case an address would be another's. */
export function requireLowerCase(...names: string[]): void {
  if (names.some((name) => name !== name.toLowerCase())) throw new Error("e-mails and domains are stored in lower case");
}

/** Takes what fits out of records by their digests, and returns how many. */
export function removeByDigest<Row>(rows: Map<string, Row>, fits: (row: Row) => boolean): number {
  const before = rows.size;
  for (const [digest, row] of rows) if (fits(row)) rows.delete(digest);
  return before - rows.size;
}

/** Takes out of `rows` what fits, in place, and returns it. */
export function remove<Row>(rows: Row[], fits: (row: Row) => boolean): Row[] {
  const removed: Row[] = [];
  let kept = 0;
  for (const row of rows) {
    if (fits(row)) removed.push(row);
    else rows[kept++] = row;
  }
  rows.length = kept;
  return removed;
}

/** Returns a copy of the records with a greater id than `after`, in the order of their ids, at most `limit` of them. */
export function page<Row extends { id: number }>(rows: readonly Row[], after: number, limit: number): Row[] {
  const rest = rows.filter(({ id }) => id > after).sort((a, b) => a.id - b.id);
  return copyOf(rest.slice(0, limit));
}

/** Returns what counts the ids up from the largest. No id is given twice, whatever becomes of its record. */
function idsAfter(records: readonly { id: number }[], events: Event[], name: "companyId" | "keyId" | "userId"): () => number {
  const ids = [...records.map(({ id }) => id), ...events.map((event) => event[name] ?? 0)];
  let last = ids.reduce((largest, id) => Math.max(largest, id), 0);
  return () => {
    last += 1;
    return last;
  };
}
