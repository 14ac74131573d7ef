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
  /** Answers a `verify_password` or `hash_password` call by the Argon2id in the wasm; JSON in, JSON out. */
  answerPassword(call: string): string;
  /** SHA-256 of the text's UTF-8 bytes, as 64 lower-case hexadecimal digits. */
  digest(text: string): string;
  /** The address in lower case, or `undefined` if it is none. */
  canonicalEmail(text: string): string | undefined;
}

/** What wasm-bindgen makes of the wasm, once it is instantiated. */
export interface Bindings extends Omit<Core, "decide" | "command"> {
  Decision: {
    new (head: string, query: Uint8Array, body: Uint8Array, entropy: Uint8Array): Decision;
    command: Core["command"];
  };
}

/** The core over bindings that are ready. */
export function coreOver({ Decision, answerPassword, digest, canonicalEmail }: Bindings): Core {
  return {
    decide: ({ query, body, entropy, ...head }) => new Decision(headOf(head), query, body, entropy),
    command: (command, now, entropy) => Decision.command(command, now, entropy),
    answerPassword,
    digest,
    canonicalEmail,
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
