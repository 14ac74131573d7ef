import { errorCode } from "../core/error.js";
import { OperatorError, type OperatorRefusal } from "../operator/operator.js";
import { MissingDriverError } from "../sql/driver.js";
import { MigrationError } from "../sql/migration.js";

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

/** Why a file that was named cannot be read, and what to do, by the code of the error. */
export const readCauses: ReadonlyMap<unknown, string> = new Map([
  ["EACCES", "you may not read it; change its rights"],
  ["EISDIR", "it is a directory; name a file in it"],
  ["ENOENT", "there is no such file; check its path"],
]);

/** The same of a directory that was named to be written to. */
export const writeCauses: ReadonlyMap<unknown, string> = new Map([
  ["EACCES", "you may not write there; change its rights or choose another directory"],
  ["EEXIST", "it is a file; name a directory"],
  ["EISDIR", "a directory stands where a file is to be; choose another directory"],
  ["ENOSPC", "the disk is full; make room or choose another directory"],
  ["ENOTDIR", "a part of it is a file; name a directory"],
  ["EROFS", "the file system is read-only; choose another directory"],
]);

const refusals: Record<OperatorRefusal, { exitCode: ExitCode; next: string }> = {
  company_exists: { exitCode: 1, next: "choose others, or issue a key to that company" },
  invalid_domain: { exitCode: 2, next: "give one like `partner.example`" },
  invalid_email: { exitCode: 2, next: "give one like `it@partner.example`" },
  invalid_expiry: { exitCode: 2, next: "give a smaller number of days" },
  invalid_launch_url: { exitCode: 2, next: "give one like `https://chat.example/enter`" },
  invalid_name: { exitCode: 2, next: "give a shorter or plainer one" },
  invalid_password: { exitCode: 2, next: "give another one" },
  unknown_company: { exitCode: 1, next: "add the company first with `ssokey company add`" },
  unknown_key: { exitCode: 1, next: "see which it has with `ssokey key list`" },
  unknown_user: { exitCode: 1, next: "see whom it has with `ssokey user list`" },
  user_exists: { exitCode: 1, next: "say who manages it with `ssokey user manage`, or add another" },
  unknown_product: { exitCode: 2, next: "check the spelling; several are separated by commas, without spaces" },
};

/** Errors whose messages are for people, and quote no value. */
const TOLD = [MigrationError, MissingDriverError];

/** The message for a person, and the exit code, of whatever a command threw. */
export function explain(error: unknown): { message: string; exitCode: ExitCode } {
  if (error instanceof Failure) return { message: error.message, exitCode: error.exitCode };
  if (TOLD.some((type) => error instanceof type)) return { message: (error as Error).message, exitCode: 1 };
  if (error instanceof OperatorError) {
    const { exitCode, next } = refusals[error.refusal];
    return { message: `${error.message}; ${next}`, exitCode };
  }
  return { message: `something unforeseen happened: ${traceOf(error)}`, exitCode: 1 };
}

/**
 * An error for a log. The message is shown for errors of the database only, which name columns and no values; that of
 * another error may quote what it stumbled over.
 */
export function traceOf(error: unknown): string {
  if (!(error instanceof Error)) return "something that is no error was thrown";
  const code = errorCode(error);
  if (typeof code === "string" && code.startsWith("SQLITE_")) return error.message;
  const frames = (error.stack ?? "").split("\n").filter((line) => line.startsWith("    at "));
  return [typeof code === "string" ? `${error.name} ${code}` : error.name, ...frames].join("\n");
}
