import type { Event, HashSwap, Holder, Token, User } from "../../core/wire.js";
import type { Contents } from "../../storage/memory/records.js";
import { type MemoryStorage, memoryStorage } from "../../storage/memory.js";
import type { Requirement, TestedStorage } from "../check.js";

/** A storage that breaks one promise in a way that is seen in the field. */
export interface BrokenStorage {
  /** The words for its fault, such as "selects and then deletes a code". */
  name: string;
  /** The promise that it breaks. */
  breaks: Requirement;
  /** Gives an empty one, in memory, and its events. */
  open(): { storage: TestedStorage; events(): readonly Event[] };
}

/** Rows in memory that a broken storage may read and change as it likes, and the methods that keep the contract. */
export interface Rows {
  read(): Contents;
  edit(change: (contents: Contents) => void): void;
  sound(): MemoryStorage;
}

export function broken(breaks: Requirement, name: string, methods: (rows: Rows) => Partial<TestedStorage>): BrokenStorage {
  return { name, breaks, open: () => over(methods) };
}

function over(methods: (rows: Rows) => Partial<TestedStorage>): ReturnType<BrokenStorage["open"]> {
  let sound = memoryStorage();
  const wrong = methods({
    read: () => sound.dump(),
    edit(change) {
      const contents = sound.dump();
      change(contents);
      sound = memoryStorage(contents);
    },
    sound: () => sound,
  });
  // Looked up at each call: an edit replaces the sound storage.
  const storage = new Proxy(sound, { get: (_, name) => Reflect.get(name in wrong ? wrong : sound, name) });
  return { storage, events: () => sound.dump().events };
}

/** The moment after a statement, at which a different caller's may come between. */
export const betweenStatements = Promise.resolve();

export const userOf = ({ users }: Contents, companyId: number, email: string) =>
  users.find((user) => user.companyId === companyId && user.email === email);

export const userBy = ({ users }: Contents, { userId }: Pick<HashSwap, "userId">) => users.find(({ id }) => id === userId);

/** The user of that company. */
export const accountOf = ({ users }: Contents, companyId: number, userId: number) =>
  users.find((user) => user.companyId === companyId && user.id === userId);

/** Calls, and puts the users who are to be spared back as they were. */
export async function sparing<Of>(rows: Rows, isSpared: (user: User) => boolean, call: () => Promise<Of>): Promise<Of> {
  const spared = rows.read().users.filter(isSpared);
  const came = await call();
  rows.edit(({ users }) => {
    for (const user of users)
      Object.assign(
        user,
        spared.find(({ id }) => id === user.id),
      );
  });
  return came;
}

export const isLocal = ({ managedBy }: User) => managedBy === "local";

export const isDisabled = ({ status }: User) => status === "disabled";

/** Whether a key has expired by the storage's clock. */
export const hasEnded = (key: { expiresAt: number | null } | null | undefined) =>
  key != null && key.expiresAt !== null && key.expiresAt <= Date.now();

export function holderOf({ users, companies, keys }: Contents, { userId, companyId, keyId }: Token): Holder {
  const user = users.find(({ id }) => id === userId) as User;
  const company = companies.find(({ id }) => id === companyId) as Holder["company"];
  return { user, company, key: keys.find(({ id }) => id === keyId) ?? null };
}
