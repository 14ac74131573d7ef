import type { ConfiguredCore } from "./core.js";
import type { Decision } from "./instance.js";
import { jsonOfReply } from "./json.js";
import type { ConfiguredOperatorCore } from "./operator-core.js";
import type { Call, Command, Reply } from "./wire.js";

/** Who waits for an answer. */
export interface Client {
  /** Its address, if known. */
  source: string | undefined;
  /** Aborted when it is gone, where that is seen. Then its hashes wait no longer. */
  signal?: AbortSignal | undefined;
}

/** An HTTP request before anything is decoded. */
export interface RawRequest extends Client {
  method: string;
  /** As sent: neither decoded nor normalised. */
  path: string;
  /** The bytes after the first `?`, without it. */
  query: Uint8Array;
  contentType: string | undefined;
  /** The value of each header of this name. */
  authorization: readonly string[];
  /** The value of each header of this name. */
  contentEncoding: readonly string[];
  /** At most as many bytes as the core's `bodyLimit` says; of a longer body, that it is too large. */
  body: Uint8Array | "too_large";
}

/** An HTTP answer, ready to be written. */
export interface RawResponse {
  status: number;
  headers: [name: string, value: string][];
  body: string;
}

/** The time of a decision, and its random bytes. */
export interface Moment {
  /** Milliseconds since 1970. */
  now: number;
  /** 80 random bytes. */
  entropy: Uint8Array;
}

/** Carries out a call of the core, in a request of `client`. */
export type Answerer = (call: Call, client?: Client) => Promise<Reply>;

type Step = Call | { done: RawResponse };

/**
 * Decides one request: steps the core until it is done, and lets `answer` carry out each call on the way.
 *
 * Rejects if the core trapped, or if `answer` rejected.
 */
export async function decide(core: ConfiguredCore, request: RawRequest, moment: Moment, answer: Answerer): Promise<RawResponse> {
  const { source, signal } = request;
  return finish(core.begin(request, moment), (call) => answer(call, { source, signal }));
}

/**
 * Carries out an operator's command, or what its JSON is to be, likewise. Its answer is never sent anywhere; its body says
 * how it ended.
 */
export async function carryOut(
  core: ConfiguredOperatorCore,
  command: Command | string,
  moment: Moment,
  answer: Answerer,
): Promise<RawResponse> {
  return finish(core.begin(command, moment), answer);
}

async function finish(decision: Decision, answer: Answerer): Promise<RawResponse> {
  try {
    let step = parse(decision.step());
    while ("call" in step) {
      const reply = await answer(step);
      step = parse(decision.step(jsonOfReply(reply)));
    }
    return step.done;
  } finally {
    release(decision);
  }
}

function parse(step: string): Step {
  return JSON.parse(step) as Step;
}

function release(decision: Decision): void {
  try {
    decision.free();
  } catch {
    // After a trap it is still borrowed. The trap is the error to report, not this.
  }
}
