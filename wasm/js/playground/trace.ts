import type { Call, Reply } from "../entries/browser.js";
import type { Answerer, RawResponse } from "../entries/raw.js";

/** One call of the core, and what it was resumed with. */
export interface Step {
  call: Call;
  reply: Reply;
  milliseconds: number;
}

/** The course of a decision. */
export interface Run {
  steps: Step[];
  response: RawResponse;
  milliseconds: number;
}

/** Lets something be decided over `answer`, and records each call on the way. */
export async function record(answer: Answerer, decide: (answer: Answerer) => Promise<RawResponse>): Promise<Run> {
  const steps: Step[] = [];
  const begun = performance.now();
  const response = await decide(async (call) => {
    const asked = performance.now();
    const reply = await answer(call);
    steps.push({ call, reply, milliseconds: performance.now() - asked });
    return reply;
  });
  return { steps, response, milliseconds: performance.now() - begun };
}

/** Returns whether a call runs Argon2id. */
export function isHashing({ call }: Call): boolean {
  return call === "verify_password" || call === "hash_password";
}
