import type { Answerer } from "../core/decide.js";
import { OwnError } from "../core/error.js";
import type { CallName, Reply } from "../core/wire.js";
import type { OnError } from "../storage/answer.js";

/** The time of a request was over while it waited for the storage, or for what hashes. Its client gets 503. */
export class DeadlineError extends OwnError {
  override readonly name = "DeadlineError";
  readonly code = "ETIMEDOUT";
  readonly call: CallName;

  constructor(call: CallName, milliseconds: number) {
    super(`\`${call}\` was not answered within the deadline of the request, ${milliseconds} ms`);
    this.call = call;
  }
}

/** The time of one request: that in which it is read, and that in which it is decided. */
export class Deadline {
  readonly #milliseconds: number;
  // Not a signal: making one of those takes more time than all else here.
  readonly #over: Promise<undefined>;
  #isOver = false;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(milliseconds: number) {
    this.#milliseconds = milliseconds;
    this.#over = new Promise((resolve) => {
      this.#timer = setTimeout(() => {
        this.#isOver = true;
        resolve(undefined);
      }, milliseconds);
    });
  }

  /** Returns what `read` gives, or `"late"`. What comes later is ignored; `read` is told by `over` that nobody waits any more. */
  async reading<Read>(read: (over: Promise<void>) => Promise<Read>): Promise<Read | "late"> {
    // The race hears a late rejection too, so that it is nobody's unhandled one.
    return Promise.race([read(this.#over), this.#over.then(() => "late" as const)]);
  }

  /**
   * Returns `answer` as it is until the time is over. From then on each call is answered as failed: one that waits at once, which
   * `onError` is told, and those that follow without being carried out. What a late call comes to changes no answer.
   */
  bound(answer: Answerer, onError: OnError): Answerer {
    return async (call, client) => {
      if (this.#isOver) return FAILED;
      const reply = await Promise.race([answer(call, client), this.#over]);
      if (reply === undefined) onError(new DeadlineError(call.call, this.#milliseconds), call.call);
      return reply ?? FAILED;
    };
  }

  /** Ends the timer. */
  clear(): void {
    clearTimeout(this.#timer);
  }
}

const FAILED: Reply = { reply: "failed" };
