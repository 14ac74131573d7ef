import type { CommandName } from "../core/wire.js";

/** The `error` of an answer. */
export interface ErrorBody {
  code: number;
  name: string;
  details: string;
}

/** A command that was refused, or could not be carried out. The message says why, and quotes no value. */
export class OperatorError extends Error {
  override readonly name = "OperatorError";
  readonly command: CommandName;
  /** The format's code, for example 4003. */
  readonly code: number;
  /** The format's name of it, for example `invalid_parameter`. */
  readonly errorName: string;

  constructor(command: CommandName, { code, name, details }: ErrorBody) {
    super(details);
    this.command = command;
    this.code = code;
    this.errorName = name;
  }
}
