import type { Event } from "../core/wire.js";
import type { OperatorStorage, Storage } from "../storage/contract.js";

/**
 * The subject of a check: a promise of `spec/storage.md` by its id, or the requirement of the format that one company
 * reaches no other's users.
 */
export type Requirement =
  | "STO-RECORD"
  | "STO-FIND"
  | "STO-LATE"
  | "STO-SAVE"
  | "STO-ID"
  | "STO-REFER"
  | "STO-FAIL"
  | "STO-ADMIT"
  | "STO-KEY"
  | "STO-CREATE"
  | "STO-SWAP"
  | "STO-TAKE"
  | "STO-REVOKE"
  | "STO-COMPANY"
  | "STO-KEYS"
  | "STO-USED"
  | "STO-AUDIT"
  | "STO-DISABLE"
  | "STO-SET"
  | "STO-EMAIL"
  | "STO-DELETE"
  | "STO-HASHES"
  | "STO-END"
  | "STO-OUT"
  | "STO-LIST"
  | "STO-EVENTS"
  | "STO-PRODUCT"
  | "STO-PURGE"
  | "SSO-TEN-001";

/** All that the kit calls. */
export type TestedStorage = Storage & OperatorStorage;

/** One promise, and what shows whether it is kept, over an empty storage with one company in it. */
export interface Check {
  requirement: Requirement;
  name: string;
  body(storage: TestedStorage, companyId: number, events: EventLog): Promise<void>;
}

/** Returns the events that a check has caused, in their order; `undefined` where nobody can read them. */
export type EventLog = () => Promise<readonly Event[] | undefined>;

/** Fails unless the events are the expected ones. Where nobody can read them, nothing is known. */
export async function expectEvents(what: string, events: EventLog, expected: readonly Event[]): Promise<void> {
  const came = await events();
  if (came !== undefined) expect(what, came, expected);
}

/** A finding of a check, before it is known whose check it was. */
export class Finding extends Error {
  override readonly name = "Finding";
}

/** The number of callers that race. */
export const RACERS = 64;

/** Calls {@link RACERS} times at once and returns every outcome. None may fail: to lose a race is an answer. */
export async function race<Outcome>(call: (index: number) => Promise<Outcome>): Promise<Outcome[]> {
  const settled = await Promise.allSettled(Array.from({ length: RACERS }, (_, index) => call(index)));
  const failed = settled.filter((one) => one.status === "rejected");
  const [first] = failed;
  if (first !== undefined) throw new Finding(`${failed.length} of ${RACERS} calls failed, one with: ${first.reason}`);
  return settled.flatMap((one) => (one.status === "fulfilled" ? [one.value] : []));
}

/** Calls {@link RACERS} times at once and returns what was made: the outcomes that are not `exists`. */
export async function raceToMake<Record>(call: (index: number) => Promise<Record | "exists">): Promise<Record[]> {
  return (await race(call)).filter((outcome) => outcome !== "exists") as Record[];
}

/**
 * Fails unless `came` is what was expected. Numbers, strings, booleans, `null` and `undefined` have to be the same; a
 * record has to have the expected members and may have more, as the contract says.
 */
export function expect(what: string, came: unknown, expected: unknown): void {
  if (!matches(came, expected)) throw new Finding(`${what}: expected ${shown(expected)}, came ${shown(came)}`);
}

/** Fails unless `read` gives what was expected within the time by which a cache may be late (STO-LATE). */
export async function expectSoon(what: string, read: () => Promise<unknown>, expected: unknown): Promise<void> {
  expect(what, await soon(read, (came) => matches(came, expected)), expected);
}

/** Reads until what came is good enough, or a cache may be late no more; returns what came last. */
export async function soon<Of>(read: () => Promise<Of>, isGood: (came: Of) => boolean): Promise<Of> {
  const end = Date.now() + 5000;
  for (let wait = 10; ; wait = Math.min(2 * wait, 500)) {
    const isLast = Date.now() > end;
    const came = await read();
    if (isLast || isGood(came)) return came;
    await pause(wait);
  }
}

export const pause = (milliseconds: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, milliseconds));

/** Fails unless the pages of two are those of three records with these ids. */
export async function expectPages(page: (after: number) => Promise<{ id: number }[]>, ids: number[]): Promise<void> {
  for (const [what, after] of [
    ["first", 0],
    ["second", 2],
    ["last", 3],
  ] as const) {
    const came = await page(ids[after - 1] ?? 0);
    expect(
      `the ${what} page`,
      came.map(({ id }) => id),
      ids.slice(after, after + 2),
    );
  }
}

/** Fails if there is a record. `null` says so as well as `undefined`. */
export function expectAbsent(what: string, came: unknown): void {
  if (came != null) throw new Finding(`${what}: expected none, came ${shown(came)}`);
}

/** Fails unless the call is refused. */
export async function expectFailure(what: string, call: Promise<unknown>): Promise<void> {
  const came = await call.then(
    (value) => ({ value }),
    () => undefined,
  );
  if (came !== undefined) throw new Finding(`${what}: expected a failure, came ${shown(came.value)}`);
}

/** Fails if the call answers what is not true. To fail is right, and so is to do what it is asked. */
export async function expectNot(what: string, lie: string | false, call: Promise<unknown>): Promise<void> {
  const came = await call.then(
    (value) => value ?? "none",
    () => "failed",
  );
  if (came === lie) throw new Finding(`${what}: expected a failure, came ${shown(came)}`);
}

/** Fails if the call makes a record. To refuse it is as good as to answer `exists`. */
export async function expectNone(what: string, call: Promise<unknown>): Promise<void> {
  const came = await call.catch(() => "exists");
  if (came !== "exists") throw new Finding(`${what}: expected "exists" or a failure, came ${shown(came)}`);
}

/** Fails unless `came` is an id of the contract: an integer from 1 to 9007199254740991. */
export function expectId(what: string, came: unknown): void {
  if (Number.isSafeInteger(came) && (came as number) >= 1) return;
  throw new Finding(`${what}: expected an integer from 1 to ${Number.MAX_SAFE_INTEGER}, came ${shown(came)}`);
}

/** The record; fails where the storage has none. */
export function present<Of>(what: string, came: Of | null | undefined | "exists"): Of {
  if (came == null || came === "exists") throw new Finding(`${what}: expected a record, came ${shown(came)}`);
  return came;
}

function matches(came: unknown, expected: unknown): boolean {
  if (typeof expected !== "object" || expected === null) return Object.is(came, expected);
  if (typeof came !== "object" || came === null || Array.isArray(came) !== Array.isArray(expected)) return false;
  if (Array.isArray(expected) && (came as unknown[]).length !== expected.length) return false;
  return Object.entries(expected).every(([name, value]) => matches((came as Record<string, unknown>)[name], value));
}

/** As JSON, where `undefined` and big integers can be told from what resembles them. */
function shown(value: unknown): string {
  if (value === undefined) return "undefined";
  return JSON.stringify(value, (_, member) => {
    if (typeof member === "bigint") return `the bigint ${member}`;
    return member === undefined ? "undefined" : member;
  });
}
