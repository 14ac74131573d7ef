import { OwnError } from "./error.js";

/** What was waited for has not come in its time. */
export class LateError extends OwnError {
  override readonly name = "LateError";
  readonly code = "ETIMEDOUT";

  /** `what` is a sentence without its end, such as `the server has not answered`. */
  constructor(what: string) {
    super(`${what} in time`);
  }
}

/** Settles as `promise` does, or rejects with a {@link LateError} after that many milliseconds. What comes later is ignored. */
export function within<Result>(milliseconds: number, promise: Promise<Result>, what: string): Promise<Result> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new LateError(what)), milliseconds);
    promise.then(resolve, reject).finally(() => clearTimeout(timer));
  });
}
