import type { Answerer } from "../core/decide.js";
import type { CallName, Reply } from "../core/wire.js";
import type { OnError } from "../storage/answer.js";

/** The time of a request was over while it waited for the storage, or for what hashes. Its client gets 503. */
export class DeadlineError extends Error {
  override readonly name = "DeadlineError";
  readonly code = "ETIMEDOUT";
  readonly call: CallName;

  constructor(call: CallName, milliseconds: number) {
    super(`\`${call}\` was not answered within the deadline of the request, ${milliseconds} ms`);
    this.call = call;
  }
}

/**
 * Lets `decide` use `answer` for that many milliseconds. From then on each call is answered as failed: one that waits at once, which
 * `onError` is told, and those that follow without being carried out. What a late call comes to is ignored.
 */
export async function withDeadline<Decided>(
  milliseconds: number,
  answer: Answerer,
  onError: OnError,
  decide: (answer: Answerer) => Promise<Decided>,
): Promise<Decided> {
  let isOver = false;
  let end = () => {};
  const over = new Promise<undefined>((resolve) => {
    end = () => {
      isOver = true;
      resolve(undefined);
    };
  });
  const timer = setTimeout(end, milliseconds);
  try {
    return await decide(async (call, client) => {
      if (isOver) return FAILED;
      // The race hears a late rejection too, so that it is nobody's unhandled one.
      const reply = await Promise.race([answer(call, client), over]);
      if (reply === undefined) onError(new DeadlineError(call.call, milliseconds), call.call);
      return reply ?? FAILED;
    });
  } finally {
    clearTimeout(timer);
  }
}

const FAILED: Reply = { reply: "failed" };
