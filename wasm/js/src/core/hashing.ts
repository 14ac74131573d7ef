import { type Argon2id, argon2idOver } from "./argon2id.js";
import { lazy } from "./lazy.js";
import { type HashContext, opened, type Passwords, passwordsBy } from "./passwords.js";
import { HashQueue, type QueueOptions } from "./queue.js";
import type { ModuleSource } from "./wasm.js";

/** Returns the Argon2id of this thread, from the module that whoever asked first had. */
export const loadArgon2id: (source: ModuleSource) => Promise<Argon2id> = lazy(async (source: ModuleSource) =>
  argon2idOver(await source()),
);

/** The least time between two hashes, in milliseconds, in which requests are read that have come meanwhile. */
const BREATH = 1;

/** Returns passwords that are hashed in this thread. Nothing is loaded for them before the first is. */
export function passwordsInThread(source: ModuleSource, options: QueueOptions = {}): Passwords {
  const inTurn = turnsInThread(options);
  return opened(async () => {
    const argon2id = await loadArgon2id(source);
    return passwordsBy(([method, password, other], context) => inTurn(() => argon2id[method](password, other), context));
  });
}

/** Returns what runs tasks one after the other, each in its turn, and lets others in between. */
function turnsInThread(options: QueueOptions) {
  const queue = new HashQueue(options);
  let ended = Number.NEGATIVE_INFINITY;
  return <Result>(task: () => Result, context: HashContext | undefined) =>
    new Promise<Result>((resolve, reject) => {
      let isWaiting = true;
      const start = () => {
        isWaiting = false;
        try {
          resolve(task());
        } catch (error) {
          reject(error);
        }
        ended = performance.now();
      };
      const refuse = (error: Error) => {
        isWaiting = false;
        reject(error);
      };
      // Each that waits sees to the next, whosever turn it is, by a timer of its own: some runtimes end a request's timers with it.
      const drive = () => {
        if (performance.now() - ended >= BREATH) queue.next()?.start();
        if (isWaiting) setTimeout(drive, BREATH);
      };
      queue.add({ start, refuse }, context);
      drive();
    });
}
