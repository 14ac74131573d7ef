import { errorCode, HostFaultError } from "../core/error.js";
import { SettingsError } from "../core/settings.js";
import type { CommandName } from "../core/wire.js";
import { toldOf } from "../http/told.js";
import { OperatorError } from "../operator/error.js";
import { MissingDriverError } from "../sql/driver.js";
import { MigrationError } from "../sql/migration.js";
import { ReplacedFileError } from "../sql/sqlite/replaced.js";
import { UnreadableHashError } from "../storage/answer.js";
import { writtenDuration } from "./duration.js";

/** 1: it did not work. 2: it was asked for wrongly. */
export type ExitCode = 1 | 2;

/** Something that went wrong and what to do about it. */
export class Failure extends Error {
  override readonly name = "Failure";
  readonly exitCode: ExitCode;

  constructor(message: string, exitCode: ExitCode = 1) {
    super(message);
    this.exitCode = exitCode;
  }
}

/** The reasons why a file that was named cannot be read, and what to do, by the code of the error. */
export const readCauses: ReadonlyMap<unknown, string> = new Map([
  ["EACCES", "you may not read it; change its rights"],
  ["EISDIR", "it is a directory; name a file in it"],
  ["ENOENT", "there is no such file; check its path"],
]);

/** The same of a directory that was named to be written to. */
export const writeCauses: ReadonlyMap<unknown, string> = new Map([
  ["EACCES", "you may not write there; change its rights or choose another directory"],
  ["EEXIST", "it is a file, or a link that leads nowhere; name a directory"],
  ["EISDIR", "a directory stands where a file is to be; choose another directory"],
  ["ENOENT", "no directory can be made there; choose another directory"],
  ["ENOSPC", "the disk is full; make room or choose another directory"],
  ["ENOTDIR", "a part of it is a file; name a directory"],
  ["EROFS", "the file system is read-only; choose another directory"],
]);

/** The names of commands' members on the command line. */
const FLAGS: Record<string, string> = {
  accountType: "`--account-type`",
  companyEmail: "`--email`",
  displayName: "`--display-name`",
  domain: "`--domain`",
  email: "`--email`",
  emailDomains: "`--email-domains`",
  expiresAt: "`--expires`",
  keyId: "`--id`",
  launchUrl: "`--launch-url`",
  loginId: "`--login-id`",
  newEmail: "`--new-email`",
  name: "`--name`",
  overlap: "`--overlap`",
  password: "the password",
  permissions: "`--permissions`",
  products: "`--products`",
  userEmail: "`--user`",
};

/** The same of commands that have other flags for some of them. */
const FLAGS_OF: Partial<Record<CommandName, Record<string, string>>> = {
  list_events: { companyEmail: "`--company`", keyId: "`--key`", kind: "`--kind`", since: "`--since`" },
};

const COMPANIES = "see which there are with `ssokey company list`";
const KEYS = "see which it has with `ssokey key list`";
const USERS = "see whom it has with `ssokey user list`";

/** The next step where something is not there, or is there already, by what the message says of it. */
const NEXT: readonly [said: RegExp, next: string][] = [
  [/^no company/, COMPANIES],
  [/no such key/, KEYS],
  [/has no user/, USERS],
  [/has a user/, USERS],
  [/is taken/, "choose others, or issue a key to that company"],
  [/product is not set/, "do so with `ssokey product set --name … --launch-url …`"],
];

/** The flags of what the commands set of which all may be left out. */
const SETTABLE: Partial<Record<CommandName, string>> = {
  set_company: "`--name`, `--email-domains`, `--account-type`, `--domain-ownership-verified` or `--domain-mx-verified`",
  set_user: "`--display-name`, `--login-id`, `--creator`, `--company-admin`, `--permissions` or `--new-email`",
};

/** The codes of what was asked for wrongly: 4000 to 4003. */
const LAST_MISUSE = 4003;

function explainOperatorError({ code, message, command }: OperatorError): { message: string; exitCode: ExitCode } {
  const next = NEXT.find(([said]) => said.test(message))?.[1] ?? "try again";
  if (code > LAST_MISUSE) return { message: `${message}; ${next}`, exitCode: 1 };
  if (message === "a member to set is missing")
    return { message: `nothing is to be set; give ${SETTABLE[command]}`, exitCode: 2 };
  const flagOf = (quoted: string, member: string) => FLAGS_OF[command]?.[member] ?? FLAGS[member] ?? quoted;
  return { message: withDurations(message.replace(/^`(\w+)`/, flagOf)), exitCode: 2 };
}

/** Errors whose messages are for people, and quote no value. */
const TOLD = [HostFaultError, UnreadableHashError, MigrationError, MissingDriverError, ReplacedFileError];

/** Whether {@link explain} has words for it that are better than those for an error of a driver. */
export function isTold(error: unknown): boolean {
  return [...TOLD, Failure, SettingsError, OperatorError].some((type) => error instanceof type);
}

/** The message for a person, and the exit code, of whatever a command threw. */
export function explain(error: unknown): { message: string; exitCode: ExitCode } {
  if (error instanceof Failure) return { message: error.message, exitCode: error.exitCode };
  if (TOLD.some((type) => error instanceof type)) return { message: (error as Error).message, exitCode: 1 };
  if (error instanceof SettingsError) return { message: `the settings are refused: ${spoken(error.message)}`, exitCode: 2 };
  if (error instanceof OperatorError) return explainOperatorError(error);
  if (error instanceof Error && "syscall" in error) {
    const refused = `the system refuses \`${error.syscall}\` with ${errorCode(error)}`;
    return { message: `${refused}; check the path, its rights and the room that is left`, exitCode: 1 };
  }
  return { message: `something unforeseen happened; report it with this: ${traceOf(error)}`, exitCode: 1 };
}

/** Names a setting as flags and configurations do: `token-lifetime`, where the core says `tokenLifetime`. */
function spoken(message: string): string {
  return withDurations(message.replace(/`\w+`/g, (name) => name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)));
}

/** Writes bounds as flags and configurations take them: `1m`, where the core says 60000 milliseconds. */
function withDurations(message: string): string {
  const written = (milliseconds: string) => `\`${writtenDuration(Number(milliseconds))}\``;
  return message.replace(/(\d+) to (\d+) milliseconds/, (_, from: string, to: string) => `${written(from)} to ${written(to)}`);
}

/** Returns where an error came from, to be reported. Its message may quote what it stumbled over. */
function traceOf(error: unknown): string {
  const { stack, message } = Object(error) as { stack?: unknown; message?: unknown };
  const trace = typeof stack === "string" ? stack.replace(String(message), "").split("\n") : [];
  return [toldOf(error), ...trace.filter((line) => /^ {4}at [^'"]*:\d+:\d+\)?$/.test(line))].join("\n");
}
