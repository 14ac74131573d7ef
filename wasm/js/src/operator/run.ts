import { carryOut } from "../core/decide.js";
import { ENTROPY_LENGTH, randomBytes } from "../core/entropy.js";
import type { HostFaultError } from "../core/error.js";
import { within } from "../core/late.js";
import type { OperatorCore, OperatorSettings } from "../core/operator-core.js";
import type { Passwords } from "../core/passwords.js";
import type { Call, Command, CommandName, Commands, NextPart, Returns } from "../core/wire.js";
import { faultIn } from "../storage/answer.js";
import type { OperatorStorage } from "../storage/contract.js";
import { eventOf, type OnEvent, safely } from "../storage/event.js";
import { answerOperatorBy } from "../storage/operator-answer.js";
import { checkOperator } from "./check.js";
import { type ErrorBody, OperatorError } from "./error.js";

/** The options of a command. `products` are those of the server; give the ones that its handler has. */
export interface OperatorOptions extends OperatorSettings {
  /** Hashes passwords. Default: as for a handler. */
  passwords?: Passwords | undefined;
  /** The time in milliseconds since 1970, an integer. Default `Date.now`. */
  now?: (() => number) | undefined;
  /** That many random bytes, fit for secrets. Default `crypto.getRandomValues`. */
  random?: ((length: number) => Uint8Array) | undefined;
  /**
   * The time that each call of the storage, or of what hashes, may take, in milliseconds, from 1 to 600000. Then the command rejects with
   * a `LateError`; what it was to change may still be changed. Default 65000, a little more than a statement of this package's storages has.
   */
  deadline?: number | undefined;
  /** Told of what the command has done. What it throws is warned of on the console. */
  onEvent?: OnEvent | undefined;
}

const DEADLINE = 65_000;

/** The parts that an entry of the package brings: how its core is loaded, and where it hashes. */
export interface OperatorParts {
  loadOperatorCore: () => Promise<OperatorCore>;
  passwords: Passwords;
}

/** The place of the entry's parts among the options. It is not a name, as it is not an option of the caller's. */
export const PARTS = Symbol("parts");

/** The options with the entry's parts, which `operatorBy` adds. */
type BoundOptions = OperatorOptions & { [PARTS]: OperatorParts };

type Body<Name extends CommandName> = { stat: "ok"; return: Returns[Name] } | { stat: "fail"; error: ErrorBody };

/**
 * Carries out a command and returns the `return` of its answer. The options are those of a function that an entry has bound.
 *
 * Rejects with an {@link OperatorError} if it is refused, with what the storage rejects with, with a {@link LateError} if it does not
 * answer, and with a {@link HostFaultError} if it gives what does not fit.
 */
export async function run<Name extends CommandName>(
  command: Name,
  members: Commands[Name],
  storage: OperatorStorage,
  options: OperatorOptions = {},
): Promise<Returns[Name]> {
  checkOperator(storage, members, options);
  const { [PARTS]: parts, products, now = Date.now, random = randomBytes, deadline = DEADLINE } = options as BoundOptions;
  const { passwords = parts.passwords, onEvent } = options;
  const core = (await parts.loadOperatorCore()).configure({ products });
  const answerCall = answerOperatorBy(storage, { passwords });
  const tell = safely(onEvent, warnOfHook);
  let fault: HostFaultError | undefined;
  const answer = async (call: Call) => {
    fault ??= faultIn(call);
    const reply = await within(deadline, answerCall(call), `\`${call.call}\` was not answered`);
    tell(eventOf(call, reply));
    return reply;
  };
  const moment = { now: now(), entropy: random(ENTROPY_LENGTH) };
  const answered = await carryOut(core, { ...members, command } as unknown as Command, moment, answer);
  const body = JSON.parse(answered.body) as Body<Name>;
  if (body.stat === "ok") return body.return;
  throw fault ?? new OperatorError(command, body.error);
}

/** Warns on the console of a hook that failed; its message may hold values. */
function warnOfHook(error: unknown): void {
  console.warn(`ssokey: \`onEvent\` has failed with ${String((Object(error) as { name?: unknown }).name)}`);
}

/** The commands that list, which all end in where the next part begins. */
type Listing = { [Name in CommandName]: Returns[Name] extends NextPart ? Name : never }[CommandName];

/** Reads a list in parts, each when it is needed. `members.limit` is how many records a part has. */
export async function* parts<Name extends Listing>(
  command: Name,
  members: Commands[Name],
  storage: OperatorStorage,
  options?: OperatorOptions,
): AsyncGenerator<Returns[Name], void> {
  for (let rest = members; ; ) {
    const part = await run(command, rest, storage, options);
    yield part;
    if (part.next === null) return;
    rest = { ...members, after: part.next };
  }
}
