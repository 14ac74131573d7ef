import { type Argon2id, argon2idOver } from "./argon2id.js";
import { lazy } from "./lazy.js";
import { type HashContext, opened, type Passwords, passwordsBy } from "./passwords.js";
import { HashQueue, type QueueOptions, type Waiting } from "./queue.js";
import type { ModuleSource } from "./wasm.js";

/** Returns the Argon2id of this thread, from the module that whoever asked first had. */
export const loadArgon2id: (source: ModuleSource) => Promise<Argon2id> = lazy(async (source: ModuleSource) =>
  argon2idOver(await source()),
);

/** The least time between two hashes, in milliseconds, in which requests are read that have come meanwhile. */
const BREATH = 1;
/** The time in which whoever waits is seen again, in milliseconds. */
const PATIENCE = 100;

/** Returns passwords that are hashed in this thread. Nothing is loaded for them before the first is. */
export function passwordsInThread(source: ModuleSource, options: QueueOptions = {}): Passwords {
  const inTurn = turnsInThread(options);
  return opened(async () => {
    const argon2id = await loadArgon2id(source);
    return passwordsBy(([method, password, other], context) => inTurn(() => argon2id[method](password, other), context));
  });
}

/**
 * Returns what runs tasks one after the other, each in its turn, and lets others in between. Each that waits looks by a timer of its
 * own whether its turn has come: some runtimes let no request settle what a different one waits for, and end a request's timers with
 * it, so that nobody may wait for what is not seen any more.
 */
function turnsInThread(options: QueueOptions) {
  const queue = new HashQueue(options);
  const seen = new WeakMap<Waiting, number>();
  let [begun, ended] = [Number.NEGATIVE_INFINITY, Number.NEGATIVE_INFINITY];
  const isSeen = (waiting: Waiting) => {
    const last = seen.get(waiting) ?? 0;
    return last >= begun - PATIENCE && performance.now() - Math.max(last, ended) <= PATIENCE;
  };
  return <Result>(task: () => Result, context: HashContext | undefined) =>
    new Promise<Result>((resolve, reject) => {
      let isWaiting = true;
      const waiting = {
        start() {
          isWaiting = false;
          begun = performance.now();
          try {
            resolve(task());
          } catch (error) {
            reject(error);
          }
          ended = performance.now();
        },
        refuse(error: Error) {
          isWaiting = false;
          reject(error);
        },
      };
      const look = () => {
        if (!isWaiting) return;
        seen.set(waiting, performance.now());
        if (performance.now() - ended >= BREATH && queue.isNext(waiting, isSeen)) queue.next(isSeen);
        else setTimeout(look, BREATH);
      };
      queue.add(waiting, context);
      look();
    });
}
