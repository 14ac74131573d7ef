// A pool of threads that hash, for Node, Deno and Bun.

import { availableParallelism } from "node:os";
import { Worker } from "node:worker_threads";
import wasm from "../inline/argon2id.js";
import program from "../inline/thread.js";
import { type HashCall, Overloaded, opened, type Passwords, passwordsBy } from "./passwords.js";
import { bytesIn } from "./unpacked-node.js";

/** The size of a pool. */
export interface PoolOptions {
  /** The number of hashes that are computed at once, from 1. Default: as many as the machine has cores. */
  threads?: number;
  /**
   * The number of hashes that may wait, from 0; whoever comes then is refused at once. Default: 64 for each thread, which is a wait
   * of a few seconds at most.
   */
  queue?: number;
}

/** Passwords that are hashed on threads. */
export interface PasswordPool extends Passwords {
  /** Ends the threads. What is under way or comes later is rejected. */
  close(): Promise<void>;
}

interface Job {
  call: HashCall;
  resolve: (answer: string | undefined) => void;
  reject: (error: unknown) => void;
}

const CLOSED = "the password pool is closed";
/** The program as a URL: a thread from a file would not be there in a bundle. */
const PROGRAM = new URL(`data:text/javascript,${encodeURIComponent(program)}`);

/**
 * Hashes off the event loop, on threads that are started when they are first needed and keep no program running. A thread
 * that dies fails the one hash that it was computing, and the next hash gets a new thread.
 *
 * ```js
 * const handler = await createHandler({ storage, passwords: passwordPool({ threads: 4 }) });
 * ```
 *
 * Throws a `RangeError` if an option is not such an integer.
 */
export function passwordPool(options: PoolOptions = {}): PasswordPool {
  const threads = integer("threads", options.threads ?? availableParallelism(), 1);
  const queue = integer("queue", options.queue ?? 64 * threads, 0);
  const idle: Worker[] = [];
  const busy = new Map<Worker, Job>();
  const waiting: Job[] = [];
  let isClosed = false;

  function take(job: Job): void {
    if (isClosed) {
      job.reject(new Error(CLOSED));
      return;
    }
    const worker = idle.pop() ?? (busy.size < threads ? start() : undefined);
    if (worker !== undefined) give(worker, job);
    else if (waiting.length < queue) waiting.push(job);
    else job.reject(new Overloaded());
  }

  function give(worker: Worker, job: Job): void {
    busy.set(worker, job);
    // A program that waits for a hash and for nothing else must not end.
    worker.ref();
    worker.postMessage(job.call);
  }

  function start(): Worker {
    // Flags that are meant for the program itself, such as `--input-type`, would keep a thread from starting.
    const worker = new Worker(PROGRAM, { execArgv: [], workerData: bytesIn(wasm) });
    worker.on("message", (answer: string | undefined) => {
      const job = busy.get(worker);
      const next = waiting.shift();
      if (next !== undefined) give(worker, next);
      else rest(worker);
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

  function lose(worker: Worker, error: Error): void {
    const job = busy.get(worker);
    busy.delete(worker);
    const index = idle.indexOf(worker);
    if (index !== -1) idle.splice(index, 1);
    job?.reject(error);
    // An error is followed by an exit, which finds no job any more and hands out none twice.
    if (job === undefined) return;
    const next = waiting.shift();
    if (next !== undefined) take(next);
  }

  return {
    ...passwordsBy((call) => new Promise((resolve, reject) => take({ call, resolve, reject }))),
    async close() {
      isClosed = true;
      for (const { reject } of waiting.splice(0)) reject(new Error(CLOSED));
      await Promise.all([...idle, ...busy.keys()].map((worker) => worker.terminate()));
    },
  };
}

/** The passwords of a process that were not given a pool of their own. */
export const sharedPool: Passwords = opened(async () => passwordPool());

function integer(name: string, value: number, least: number): number {
  if (Number.isSafeInteger(value) && value >= least) return value;
  throw new RangeError(`the option \`${name}\` of a password pool is an integer from ${least}`);
}
