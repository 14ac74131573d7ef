import { OwnError } from "../core/error.js";

/** Events could not be written where they were to go. */
export class LostEventsError extends OwnError {
  override readonly name = "LostEventsError";

  constructor(count: number, code: unknown) {
    super(`${count} events could not be written to --events (${String(code ?? "of unknown cause")})`);
  }
}
