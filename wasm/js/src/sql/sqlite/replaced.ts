import { OwnError } from "../../core/error.js";

/** The file of a database was moved, deleted or replaced while it was open: what would be written to it is lost. */
export class ReplacedFileError extends OwnError {
  override readonly name = "ReplacedFileError";
  readonly code = "SSOKEY_FILE_REPLACED";

  constructor() {
    super(
      "the file of the database, or its -wal, was deleted or replaced while it was open; restart this process, which opens it anew",
    );
  }
}
