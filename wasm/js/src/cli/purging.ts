import { within } from "../core/late.js";
import { purge, purgeEvents } from "../operator/node.js";
import type { OnError } from "../storage/answer.js";
import type { OperatorStorage } from "../storage/contract.js";
import type { OnEvent } from "../storage/event.js";

/** The time for which the end waits for a purge that is under way, in milliseconds. */
const PATIENCE = 1_000;

/** Deletes what has expired, and events older than `age`, again and again and never twice at once, until it is stopped. */
export function purgeRegularly(
  storage: OperatorStorage,
  milliseconds: number,
  age: number | undefined,
  { onError, onEvent }: { onError: OnError; onEvent: OnEvent },
): { stop(): Promise<void> } {
  let running: Promise<unknown> | undefined;
  const timer = setInterval(() => {
    running ??= Promise.all([
      purge(storage).catch((error: unknown) => onError(error, "purge")),
      age !== undefined &&
        purgeEvents(storage, { before: Math.max(0, Date.now() - age) }, { onEvent }).catch((error: unknown) =>
          onError(error, "purge_events"),
        ),
    ]).finally(() => (running = undefined));
  }, milliseconds);
  return {
    async stop() {
      clearInterval(timer);
      if (running !== undefined) await within(PATIENCE, running, "the storage has not purged").catch(() => {});
    },
  };
}
