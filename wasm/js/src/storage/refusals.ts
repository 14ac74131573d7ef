// Refusals are stored late and in bounded number: whoever is refused decides how many they are.

import { within } from "../core/late.js";
import type { Event } from "../core/wire.js";
import type { OnError } from "./answer.js";

/** What becomes of the events that come with no write: refusals and faults. */
export interface Refusals {
  /** Takes an event. May reject, which changes no answer. */
  add(event: Event): Promise<void>;
  /** Stores what is left, within 2 s. It never rejects. */
  flush(): Promise<void>;
}

/** Returns the refusals of a handler, which are stored by `store`. */
export type RefusalsBy = (store: (event: Event) => Promise<void>, onError: OnError) => Refusals;

/** The time from a refusal to its row, and between two rows where there is no process, in milliseconds. */
const PAUSE = 1_000;
const MINUTE = 60_000;
/** The rows of a minute. With one row a second that counts the others they are 1,000. */
const MOST = 940;
/** The time in which rows are stored at once, in milliseconds. What it is too short for is counted. */
const PATIENCE = 1_000;
/** The time in which the last rows are stored, in milliseconds. */
const FLUSH = 2_000;
const UNSTORED = "the storage has not stored an event";

/** For a process, which outlives a request: it stores the refusals of a second together, and counts what is beyond the rows of a minute. */
export const kept: RefusalsBy = (store, onError) => {
  let waiting: Event[] = [];
  let storing = 0;
  const stored: number[] = [];
  let running: Promise<void> | undefined;
  let timer: ReturnType<typeof setTimeout> | undefined;
  /** Whether an event has come since the last were stored. What could not be stored waits for the next: a storage may be gone for good. */
  let isDue = false;
  const omitted = new Omitted();

  const hasRoom = () => {
    const since = performance.now() - MINUTE;
    while ((stored[0] ?? since) < since) stored.shift();
    return stored.length + storing + waiting.length < MOST;
  };
  const begin = () => {
    timer ??= setTimeout(() => {
      timer = undefined;
      void run();
    }, PAUSE);
  };
  /** Stores what waits; all at once would take the database away from the requests. */
  const storeAll = async () => {
    const end = performance.now() + PATIENCE;
    const events = waiting;
    waiting = [];
    isDue = false;
    storing = events.length;
    const storeOne = async (event: Event) => {
      await within(Math.max(1, end - performance.now()), store(event), UNSTORED);
      stored.push(performance.now());
    };
    try {
      for (let next = events[0]; next !== undefined && performance.now() < end; next = events[0]) {
        await storeOne(next);
        events.shift();
        storing -= 1;
      }
      for (const event of events.splice(0)) omitted.add(event);
      await omitted.storeBy(inTime(store));
    } catch (error) {
      for (const event of events) omitted.add(event);
      onError(error, "audit");
    }
    storing = 0;
  };
  const run = (): Promise<void> => {
    running ??= storeAll().finally(() => {
      running = undefined;
      if (isDue) begin();
    });
    return running;
  };
  return {
    async add(event) {
      if (hasRoom()) waiting.push(event);
      else omitted.add(event);
      isDue = true;
      begin();
    },
    async flush() {
      const rest = async () => {
        await running;
        clearTimeout(timer);
        timer = undefined;
        await run();
      };
      await within(FLUSH, rest(), "the storage has not stored the last events").catch((error) => void onError(error, "audit"));
    },
  };
};

/** For a runtime without a process, where only a request may write: it stores the first of a second, and counts the others. */
export const sampled: RefusalsBy = (store, onError) => {
  const bounded = inTime(store);
  let latest = Number.NEGATIVE_INFINITY;
  const omitted = new Omitted();
  return {
    async add(event) {
      const now = performance.now();
      if (now - latest < PAUSE) return omitted.add(event);
      latest = now;
      try {
        await omitted.storeBy(bounded);
        await bounded(event);
      } catch (error) {
        omitted.add(event);
        throw error;
      }
    },
    flush: () => omitted.storeBy(bounded).catch((error: unknown) => void onError(error, "audit")),
  };
};

/** Returns what stores an event within {@link PATIENCE}, or rejects. */
function inTime(store: (event: Event) => Promise<void>): (event: Event) => Promise<void> {
  return (event) => within(PATIENCE, store(event), UNSTORED);
}

/** The number of refusals that have no row of their own, by kind. */
class Omitted {
  #counts = new Map<Event["kind"], number>();
  #at = 0;

  add({ kind, at }: Event, count = 1): void {
    this.#counts.set(kind, (this.#counts.get(kind) ?? 0) + count);
    this.#at = Math.max(this.#at, at);
  }

  /** Stores the numbers as one event, and counts anew; if that fails, it rejects and keeps them. */
  async storeBy(store: (event: Event) => Promise<void>): Promise<void> {
    if (this.#counts.size === 0) return;
    const counts = this.#counts;
    this.#counts = new Map();
    const reason = [...counts].map(([kind, count]) => `${kind} ${count}`).join(", ");
    const none = { source: null, companyId: null, keyId: null, userId: null, product: null, fault: null };
    const event: Event<"refusals_omitted"> = { kind: "refusals_omitted", reason, at: this.#at, ...none };
    try {
      await store(event);
    } catch (error) {
      for (const [kind, count] of counts) this.add({ ...event, kind } as Event, count);
      throw error;
    }
  }
}
