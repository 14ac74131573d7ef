import { within } from "../core/late.js";
import type { OnError } from "../storage/answer.js";
import type { Answer } from "./incoming.js";
import type { Route } from "./server.js";

/** The time that the storage may take to answer, in milliseconds. */
const PATIENCE = 2_000;
/** The time for which an answer of the storage holds, in milliseconds. */
const FRESH = 5_000;

/** Answers `/healthz`: 200 while the process does. The database has no part in it: to start anew mends no database. */
export function liveness(): Route {
  return routeOf("/healthz", async () => true);
}

/** Tells whether a sign-on could be written. */
export interface Readiness {
  readonly route: Route;
  /** Says no until there is room again: a write has failed for want of it, which a probe may not notice. */
  full(): void;
  /** Says no from now on, so that nobody sends further requests. */
  stop(): void;
}

/**
 * Answers `/readyz`: 200 if `probe`, which writes, succeeds; 503 if it fails or takes too long, which `onError` is told. However many
 * ask, it is asked once in 5 s. After {@link Readiness.full} it is asked whether there is room.
 */
export function readiness(probe: (forRoom: boolean) => Promise<void>, onError: OnError): Readiness {
  let isStopped = false;
  let isFull = false;
  let askedAt = Number.NEGATIVE_INFINITY;
  let asked: Promise<boolean> = Promise.resolve(false);
  const isReady = () => {
    if (performance.now() - askedAt >= FRESH) {
      askedAt = performance.now();
      const forRoom = isFull;
      asked = succeeds(() => probe(forRoom), onError).then((hasSucceeded) => {
        if (hasSucceeded && forRoom) isFull = false;
        return hasSucceeded;
      });
    }
    return asked;
  };
  return {
    route: routeOf("/readyz", async () => !isStopped && (await isReady()) && !isStopped),
    full() {
      if (isFull) return;
      isFull = true;
      askedAt = performance.now();
      asked = Promise.resolve(false);
    },
    stop() {
      isStopped = true;
    },
  };
}

async function succeeds(probe: () => Promise<void>, onError: OnError): Promise<boolean> {
  try {
    await within(PATIENCE, probe(), "the storage has not answered");
    return true;
  } catch (error) {
    onError(error, undefined);
    return false;
  }
}

function routeOf(served: string, isWell: () => Promise<boolean>): Route {
  return ({ method, path }) => {
    if (path !== served) return undefined;
    if (method !== "GET" && method !== "HEAD")
      return Promise.resolve(saying(405, "method not allowed", [["allow", "GET, HEAD"]]));
    return isWell().then((isWell) => (isWell ? saying(200, "ok") : saying(503, "unavailable")));
  };
}

function saying(status: number, text: string, more: Answer["headers"] = []): Answer {
  const headers: Answer["headers"] = [["content-type", "application/json"], ["cache-control", "no-store"], ...more];
  return { status, headers, body: JSON.stringify({ status: text }) };
}
