// A pool of threads that hash, for Node, Deno and Bun.

import { availableParallelism } from "node:os";
import { Worker } from "node:worker_threads";
import wasm from "../inline/argon2id.js";
import ofWasm from "../inline/thread.js";
import { type HashCall, opened, type Passwords, passwordsBy } from "./passwords.js";
import { type PoolOptions, requirePoolOptions, turnsOf, type WaitingHashes } from "./queue.js";
import { bytesIn } from "./unpacked-node.js";

/** Passwords that are hashed on threads. */
export interface PasswordPool extends Passwords {
  /** The number of hashes that wait for a thread. */
  waiting(): WaitingHashes;
  /** Ends the threads. What is under way or comes later is rejected. */
  close(): Promise<void>;
}

interface Job {
  resolve: (answer: string | undefined) => void;
  reject: (error: unknown) => void;
}

const CLOSED = "the password pool is closed";
const PROGRAM = programOf(ofWasm);

/**
 * Hashes off the event loop, on threads that are started when they are first needed and keep no program running. A thread
 * that dies fails the one hash that it was computing, and the next hash gets a new thread.
 *
 * ```js
 * const handler = await createHandler({ storage, passwords: passwordPool({ threads: 4 }) });
 * ```
 *
 * Throws a `RangeError` if an option is not such an integer, and a `SettingsError` if there is no such option.
 */
export function passwordPool(options: PoolOptions = {}): PasswordPool {
  requirePoolOptions(options);
  return poolOf(PROGRAM, () => bytesIn(wasm), options);
}

/** Returns the URL of a program for threads: one from a file would not be there in a bundle. */
export function programOf(text: string): URL {
  return new URL(`data:text/javascript,${encodeURIComponent(text)}`);
}

/** Hashes on threads with this program, which is given `data` and answers a call by what the method of `Argon2id` gives. */
export function poolOf(
  program: URL,
  data: () => unknown,
  { threads = availableParallelism(), ...options }: PoolOptions,
): PasswordPool {
  const turns = turnsOf(threads, options);
  const idle: Worker[] = [];
  const busy = new Map<Worker, Job>();
  let isClosed = false;

  function compute(call: HashCall): Promise<string | undefined> {
    return new Promise((resolve, reject) => {
      if (isClosed) return reject(new Error(CLOSED));
      const worker = idle.pop() ?? start();
      busy.set(worker, { resolve, reject });
      // A program that waits for a hash and for nothing else must not end.
      worker.ref();
      worker.postMessage(call);
    });
  }

  function start(): Worker {
    // Flags that are meant for the program itself, such as `--input-type`, would keep a thread from starting.
    const worker = new Worker(program, { execArgv: [], workerData: data() });
    worker.on("message", (answer: string | undefined) => {
      const job = busy.get(worker);
      rest(worker);
      job?.resolve(answer);
    });
    worker.on("error", (error) => lose(worker, error));
    worker.on("exit", () => lose(worker, new Error(isClosed ? CLOSED : "a thread that hashed has ended")));
    return worker;
  }

  function rest(worker: Worker): void {
    busy.delete(worker);
    idle.push(worker);
    worker.unref();
  }

  /** An error is followed by an exit, which finds no job any more. */
  function lose(worker: Worker, error: Error): void {
    const job = busy.get(worker);
    busy.delete(worker);
    const index = idle.indexOf(worker);
    if (index !== -1) idle.splice(index, 1);
    job?.reject(error);
  }

  return {
    ...passwordsBy((call, context) => turns.run(() => compute(call), context)),
    waiting: turns.waiting,
    async close() {
      isClosed = true;
      turns.close(new Error(CLOSED));
      await Promise.all([...idle, ...busy.keys()].map((worker) => worker.terminate()));
    },
  };
}

/** The passwords of a process that were not given a pool of their own. */
export const sharedPool: Passwords = opened(async () => passwordPool());
