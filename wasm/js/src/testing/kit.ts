import type { Event } from "../core/wire.js";
import { ACCOUNTS } from "./account.js";
import { createCompany } from "./change.js";
import { type Check, Finding, type Requirement, type TestedStorage } from "./check.js";
import { COMPANIES } from "./company.js";
import { DELETIONS } from "./delete.js";
import { ENDS } from "./end.js";
import { EVENTS } from "./event.js";
import { KEYS } from "./key.js";
import { LIMITS } from "./limit.js";
import { MANY_RECORDS } from "./many.js";
import { EMAIL_PAIRS } from "./pairs.js";
import { PRODUCTS } from "./product.js";
import { partner } from "./record.js";
import { REFER } from "./refer.js";
import { SETS } from "./set.js";
import { STORED } from "./stored.js";
import { TOGETHER } from "./together.js";
import { TOKENS } from "./token.js";
import { USERS } from "./user.js";
import { WHOLE } from "./whole.js";

export type { Requirement, TestedStorage } from "./check.js";

/** Gives an empty storage. `close` is called when the test that asked for it has ended. */
export type OpenStorage = () => Promise<OpenedStorage> | OpenedStorage;

/** A storage to test, and how to give back what it holds. */
export interface OpenedStorage {
  storage: TestedStorage;
  /**
   * Returns all events that the storage has kept, in the order in which they were stored. Without it their promises are not
   * tested.
   */
  events?(): Promise<readonly Event[]> | readonly Event[];
  close?(): Promise<void> | void;
}

/** One promise of `spec/storage.md` as a test. */
export interface StorageTest {
  /** A sentence: what the storage does. No two are the same. */
  name: string;
  /** The promise, for example `STO-TAKE`. */
  requirement: Requirement;
  /** Opens a storage, tries it and closes it. Rejects with {@link ContractError} if it does not do what `name` says. */
  run(): Promise<void>;
}

/** A storage does not keep a promise. The message names the promise and says what was expected and what came. */
export class ContractError extends Error {
  override readonly name = "ContractError";
  readonly requirement: Requirement;

  constructor(requirement: Requirement, message: string, options?: ErrorOptions) {
    super(`${requirement}: ${message}`, options);
    this.requirement = requirement;
  }
}

/**
 * The contract of `spec/storage.md` as tests, for any test runner: every call, every outcome, and races of 64 callers.
 *
 * ```js
 * for (const { requirement, name, run } of storageTests(open)) test(`${requirement}: ${name}`, run);
 * ```
 *
 * Each test opens a storage of its own, so they may run at once where `open` gives a separate database each time.
 */
export function storageTests(open: OpenStorage): StorageTest[] {
  return [
    ...COMPANIES,
    ...KEYS,
    ...PRODUCTS,
    ...ACCOUNTS,
    ...SETS,
    ...ENDS,
    ...STORED,
    ...USERS,
    ...EMAIL_PAIRS,
    ...TOKENS,
    ...DELETIONS,
    ...EVENTS,
    ...WHOLE,
    ...REFER,
    ...MANY_RECORDS,
    ...TOGETHER,
    ...LIMITS,
  ].map((check) => ({
    name: check.name,
    requirement: check.requirement,
    run: () => run(check, open),
  }));
}

async function run({ requirement, name, body }: Check, open: OpenStorage): Promise<void> {
  const found: string[] = [];
  const causes: unknown[] = [];
  const tried = async (what: string, call: () => Promise<void>) => {
    try {
      await call();
    } catch (error) {
      found.push(error instanceof Finding ? error.message : `${what} failed: ${error}`);
      causes.push(error);
    }
  };
  let opened: OpenedStorage | undefined;
  await tried("`open`", async () => {
    opened = await open();
    if (typeof opened?.storage !== "object" || opened.storage === null)
      throw new Finding("`open` must give an object with a `storage`, such as `{ storage: memoryStorage() }`");
  });
  if (found.length === 0)
    await tried("a call", async () => {
      const { storage, events } = opened as OpenedStorage;
      const company = await createCompany(storage, partner);
      if (company === "exists") throw new Finding("the storage to begin with is not empty");
      const all = async () => events?.call(opened);
      const before = (await all())?.length;
      await body(storage, company.id, async () => (await all())?.slice(before));
    });
  await tried("`close`", async () => opened?.close?.());
  if (found.length > 0) throw new ContractError(requirement, [name, ...found].join("; "), { cause: causes[0] });
}
