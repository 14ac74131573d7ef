import type { Core, Decision } from "./core.js";
import type { Call, Command, Reply } from "./wire.js";

/** An HTTP request before anything is decoded. */
export interface RawRequest {
  method: string;
  /** As sent: neither decoded nor normalised. */
  path: string;
  /** The bytes after the first `?`, without it. */
  query: Uint8Array;
  contentType: string | undefined;
  /** The header of this name. */
  authorization: string | undefined;
  /** At most {@link BODY_LIMIT} + 1 bytes: one more than allowed is enough to refuse it. */
  body: Uint8Array;
  /** The client's address, if known. */
  source: string | undefined;
}

/** The most bytes of a body that the format allows. */
export const BODY_LIMIT = 8192;

/** An HTTP answer, ready to be written. */
export interface RawResponse {
  status: number;
  headers: [name: string, value: string][];
  body: string;
}

/** When something is decided, and by what chance. */
export interface Moment {
  /** Milliseconds since 1970. */
  now: number;
  /** 80 random bytes. */
  entropy: Uint8Array;
}

/** How a server is set up. */
export interface Settings {
  /** Errors are sent with HTTP status 200. */
  legacyStatus: boolean;
  /** The domain of the company that a direct sign-in means when it names none. */
  company: string | undefined;
}

/** Carries out a call of the core. It replies `failed` rather than reject. */
export type Answerer = (call: Call) => Promise<Reply>;

type Step = Call | { done: RawResponse };

/**
 * Decides one request: steps the core until it is done, and lets `answer` carry out each call on the way.
 *
 * Rejects if the core trapped, or if `answer` rejected.
 */
export async function decide(
  core: Core,
  request: RawRequest,
  moment: Moment & Settings,
  answer: Answerer,
): Promise<RawResponse> {
  return finish(core.decide({ ...request, ...moment }), answer);
}

/** Carries out an operator's command likewise. Its answer is never sent anywhere; its body says how it ended. */
export async function carryOut(core: Core, command: Command, moment: Moment, answer: Answerer): Promise<RawResponse> {
  return finish(core.command(JSON.stringify(command), moment.now, moment.entropy), answer);
}

async function finish(decision: Decision, answer: Answerer): Promise<RawResponse> {
  try {
    let step = parse(decision.step());
    while ("call" in step) {
      const reply = await answer(step);
      step = parse(decision.step(JSON.stringify(reply)));
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
