import type { OnError } from "../storage/answer.js";
import type { Storage } from "../storage/contract.js";
import type { Answer } from "./incoming.js";
import type { Route } from "./server.js";

/** The time that the storage may take to answer, in milliseconds. */
const PATIENCE = 2_000;
/** The product that is asked for. No server need have it: that the storage answers is enough. */
const PROBE = "healthz";

/**
 * Answers `/healthz`: 200 if the storage answers a read, 503 if it fails or takes too long, which `onError` is told.
 * However many ask at once, the storage is asked once.
 */
export function health(storage: Storage, onError: OnError): Route {
  let asked: Promise<boolean> | undefined;
  const isHealthy = () => (asked ??= answers(storage, onError).finally(() => (asked = undefined)));

  return ({ method, path }) => {
    if (path !== "/healthz") return undefined;
    if (method !== "GET" && method !== "HEAD")
      return Promise.resolve(saying(405, "method not allowed", [["allow", "GET, HEAD"]]));
    return isHealthy().then((isHealthy) => (isHealthy ? saying(200, "ok") : saying(503, "unavailable")));
  };
}

async function answers(storage: Storage, onError: OnError): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const tooLate = new Promise<never>((_, reject) => {
    timer = setTimeout(reject, PATIENCE, new Error("the storage does not answer"));
  });
  try {
    await Promise.race([storage.findProduct(PROBE), tooLate]);
    return true;
  } catch (error) {
    onError(error, "find_product");
    return false;
  } finally {
    clearTimeout(timer);
  }
}

function saying(status: number, text: string, more: Answer["headers"] = []): Answer {
  const headers: Answer["headers"] = [["content-type", "application/json"], ["cache-control", "no-store"], ...more];
  return { status, headers, body: JSON.stringify({ status: text }) };
}
