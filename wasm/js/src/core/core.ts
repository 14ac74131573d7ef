import type { Passwords } from "./passwords.js";
import { guarded } from "./trap.js";

/** One request or command in the core. {@link free} it when it is done, also after an error. */
export interface Decision {
  /** The JSON of the next step; takes the JSON of the reply to the call before, if there was one. */
  step(reply?: string): string;
  free(): void;
}

/** A request as the core takes it: nothing decoded, nothing read from a clock or a random source. */
export interface DecisionInput {
  method: string;
  path: string;
  query: Uint8Array;
  contentType: string | undefined;
  authorization: string | undefined;
  body: Uint8Array;
  source: string | undefined;
  /** Milliseconds since 1970. */
  now: number;
  /** 80 random bytes. */
  entropy: Uint8Array;
  legacyStatus: boolean;
  /** The domain of the company that a direct sign-in means when it names none. */
  company: string | undefined;
}

/** What an instance of the wasm offers. */
export interface Core {
  decide(input: DecisionInput): Decision;
  /** Takes an operator's command as JSON. `entropy` is 80 random bytes. */
  command(command: string, now: number, entropy: Uint8Array): Decision;
  /** Argon2id where this entry of the package computes it: on threads in Node, Deno and Bun, else in the wasm. */
  passwords: Passwords;
  /** SHA-256 of the text's UTF-8 bytes, as 64 lower-case hexadecimal digits. */
  digest(text: string): string;
  /** The address in lower case, or `undefined` if it is none. */
  canonicalEmail(text: string): string | undefined;
}

/** What wasm-bindgen makes of the wasm, once it is instantiated. */
export interface Bindings extends Pick<Core, "digest" | "canonicalEmail"> {
  Decision: {
    new (head: string, query: Uint8Array, body: Uint8Array, entropy: Uint8Array): Decision;
    command: Core["command"];
  };
  /** Puts a new instance in the place of this one. */
  __wbg_reset_state(): void;
}

/** The core over bindings that are ready. An instance that trapped is replaced, and what was under way in it throws. */
export function coreOver({ Decision, digest, canonicalEmail, __wbg_reset_state }: Bindings, passwords: Passwords): Core {
  let generation = 0;
  const use = <Result>(call: () => Result) =>
    guarded(call, () => {
      generation += 1;
      __wbg_reset_state();
    });
  const begun = (begin: () => Decision): Decision => {
    const decision = use(begin);
    const born = generation;
    return {
      step: (reply) => use(() => decision.step(reply)),
      // In a newer instance its address is somebody else's.
      free: () => {
        if (born === generation) decision.free();
      },
    };
  };
  return {
    decide: ({ query, body, entropy, ...head }) => begun(() => new Decision(headOf(head), query, body, entropy)),
    command: (command, now, entropy) => begun(() => Decision.command(command, now, entropy)),
    passwords,
    digest: (text) => use(() => digest(text)),
    canonicalEmail: (text) => use(() => canonicalEmail(text)),
  };
}

function headOf(head: Omit<DecisionInput, "query" | "body" | "entropy">): string {
  const { method, path, contentType, authorization, source, now, legacyStatus, company } = head;
  return JSON.stringify({
    method,
    path,
    contentType: contentType ?? null,
    authorization: authorization ?? null,
    source: source ?? null,
    now,
    legacyStatus,
    company: company ?? null,
  });
}
