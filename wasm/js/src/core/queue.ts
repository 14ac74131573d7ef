// The order in which hashes that have to wait are computed: companies in turn, and what has no key after what has one.

import { isWithin, LONGEST_WAIT, requireOptions } from "./check.js";
import { networkOf } from "./network.js";
import { type HashContext, Overloaded } from "./passwords.js";

/** The bounds of waiting. */
export interface QueueOptions {
  /**
   * The number of hashes that may wait, from 0. Beyond it the longest line gives one up, of those without a key first. Default: 1000.
   */
  queue?: number | undefined;
  /** The time that a hash may wait, in milliseconds, from 1 to 600000; then it is refused. Default: 1000. */
  wait?: number | undefined;
}

/** The size of what computes several hashes at once, and the bounds of waiting for it. */
export interface PoolOptions extends QueueOptions {
  /** The number of hashes that are computed at once, from 1. Default: as many as there are threads to compute them. */
  threads?: number | undefined;
}

/** Throws a `SettingsError` if these are no options, or one is unknown. */
export function requirePoolOptions(options: PoolOptions): void {
  requireOptions(options, ["threads", "queue", "wait"], "such as `{ threads: 4 }`");
}

/** What waits for its turn. Exactly one of both is called, once. */
export interface Waiting {
  start(): void;
  refuse(error: Error): void;
}

/** The number of hashes that wait, with a key and without. */
export interface WaitingHashes {
  keyed: number;
  keyless: number;
}

/** Of so many starts one is for a hash without a key, while hashes wait that have one. */
const KEYLESS_SHARE = 5;

/** Hashes that wait. */
export class HashQueue {
  readonly #keyed = new Lines();
  readonly #keyless = new Lines();
  readonly #most: number;
  readonly #wait: number;
  #sinceKeyless = 0;

  /** Throws a `RangeError` if an option is not such an integer. */
  constructor({ queue = 1000, wait = 1000 }: QueueOptions) {
    this.#most = integer("queue", queue, 0);
    this.#wait = integer("wait", wait, 1, LONGEST_WAIT);
  }

  /** Lets `waiting` wait for {@link next}. It is refused when its time is over, its client is gone, or the queue is full of others. */
  add(waiting: Waiting, { keyed = true, companyId = null, source, signal }: Partial<HashContext> = {}): void {
    const [lines, name] = keyed ? [this.#keyed, companyId] : [this.#keyless, networkOf(source ?? "")];
    const leave = () => {
      clearTimeout(timer);
      signal?.removeEventListener("abort", refuse);
      lines.remove(entry);
    };
    const entry: Entry = { waiting, name, since: performance.now(), leave };
    const refuse = () => refuseEntry(entry, new Overloaded());
    const timer = setTimeout(refuse, this.#wait);
    signal?.addEventListener("abort", refuse);
    lines.add(entry);
    if (signal?.aborted) refuse();
    else if (this.#keyed.size + this.#keyless.size > this.#most) this.#giveUp(lines);
  }

  /** Starts the one whose turn it is, of those that are ready; returns whether there was one. */
  next(isReady?: (waiting: Waiting) => boolean): boolean {
    const next = this.#chosen(isReady);
    if (next === undefined) return false;
    const { lines, entry } = next;
    this.#sinceKeyless = lines === this.#keyless ? 0 : this.#sinceKeyless + 1;
    lines.turn(entry.name);
    entry.leave();
    entry.waiting.start();
    return true;
  }

  /** Returns whether {@link next} would start it. */
  isNext(waiting: Waiting, isReady?: (waiting: Waiting) => boolean): boolean {
    return this.#chosen(isReady)?.entry.waiting === waiting;
  }

  /** The number of hashes that wait. */
  get waiting(): WaitingHashes {
    return { keyed: this.#keyed.size, keyless: this.#keyless.size };
  }

  /** Refuses all. */
  close(error: Error): void {
    for (const entry of [...this.#keyed.all(), ...this.#keyless.all()]) refuseEntry(entry, error);
  }

  #chosen(isReady: (waiting: Waiting) => boolean = () => true): { lines: Lines; entry: Entry } | undefined {
    // What is left long after its time is over was left by a request that has ended, and its timers with it.
    const oldest = performance.now() - 2 * this.#wait - 1000;
    const keyless = this.#keyless.first(isReady, oldest);
    if (keyless !== undefined && this.#sinceKeyless >= KEYLESS_SHARE - 1) return { lines: this.#keyless, entry: keyless };
    const keyed = this.#keyed.first(isReady, oldest);
    if (keyed !== undefined) return { lines: this.#keyed, entry: keyed };
    return keyless && { lines: this.#keyless, entry: keyless };
  }

  /** A hash without a key drives out none that has one. */
  #giveUp(lines: Lines): void {
    const from = this.#keyless.size > 0 ? this.#keyless : lines;
    const last = from.lastOfLongest();
    if (last !== undefined) refuseEntry(last, new Overloaded());
  }
}

interface Entry {
  readonly waiting: Waiting;
  /** The name of its line. */
  readonly name: unknown;
  readonly since: number;
  leave(): void;
}

function refuseEntry(entry: Entry, error: Error): void {
  entry.leave();
  entry.waiting.refuse(error);
}

/** Lines that are served in turn. */
class Lines {
  readonly #lines = new Map<unknown, Set<Entry>>();
  size = 0;

  add(entry: Entry): void {
    const line = this.#lines.get(entry.name) ?? new Set();
    this.#lines.set(entry.name, line.add(entry));
    this.size += 1;
  }

  remove(entry: Entry): void {
    const line = this.#lines.get(entry.name);
    if (!line?.delete(entry)) return;
    this.size -= 1;
    if (line.size === 0) this.#lines.delete(entry.name);
  }

  /** Returns the first that is ready, of the line whose turn it is. */
  first(isReady: (waiting: Waiting) => boolean, oldest: number): Entry | undefined {
    for (const line of this.#lines.values()) {
      for (const entry of line) {
        if (entry.since < oldest) this.remove(entry);
        else if (isReady(entry.waiting)) return entry;
      }
    }
    return undefined;
  }

  /** Makes a line the last in turn. */
  turn(name: unknown): void {
    const line = this.#lines.get(name) ?? new Set();
    this.#lines.delete(name);
    this.#lines.set(name, line);
  }

  /** Returns who came last to the longest line; of several such lines, to the one that was served last. */
  lastOfLongest(): Entry | undefined {
    let longest = new Set<Entry>();
    for (const line of this.#lines.values()) if (line.size >= longest.size) longest = line;
    return [...longest].at(-1);
  }

  all(): Entry[] {
    return [...this.#lines.values()].flatMap((line) => [...line]);
  }
}

/** Runs tasks. */
export interface Turns {
  run<Result>(task: () => Promise<Result>, context: HashContext | undefined): Promise<Result>;
  /** The number of tasks that wait. */
  waiting(): WaitingHashes;
  /** Rejects what waits. */
  close(error: Error): void;
}

/** Returns what runs at most so many tasks at once, and lets the others wait for their turn. */
export function turnsOf(most: number, options: QueueOptions): Turns {
  const queue = new HashQueue(options);
  let free = integer("threads", most, 1);
  const release = () => {
    free += 1;
    queue.next();
  };
  return {
    run: (task, context) =>
      new Promise((resolve, reject) => {
        const start = () => {
          free -= 1;
          task().finally(release).then(resolve, reject);
        };
        if (free > 0) start();
        else queue.add({ start, refuse: reject }, context);
      }),
    waiting: () => queue.waiting,
    close: (error) => queue.close(error),
  };
}

function integer(name: string, value: number, least: number, most = Number.MAX_SAFE_INTEGER): number {
  if (isWithin(value, least, most)) return value;
  const bounds = most === Number.MAX_SAFE_INTEGER ? `from ${least}` : `from ${least} to ${most}`;
  throw new RangeError(`the option \`${name}\` of a password pool is an integer ${bounds}`);
}
