import type { CommandName, ErrorAnswer, ErrorCode, ErrorName } from "../core/wire.js";

/** The `error` of an answer. */
export type ErrorBody = ErrorAnswer["error"];

/** A command that was refused, or could not be carried out. The message says why, and quotes no value. */
export class OperatorError extends Error {
  override readonly name = "OperatorError";
  readonly command: CommandName;
  /** The format's code, for example 4003. */
  readonly code: ErrorCode;
  /** The format's name of it, for example `invalid_parameter`. */
  readonly errorName: ErrorName;

  constructor(command: CommandName, { code, name, details }: ErrorBody) {
    super(details);
    this.command = command;
    this.code = code;
    this.errorName = name;
  }
}
