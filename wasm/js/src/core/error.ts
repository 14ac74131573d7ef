/** The code of an error of Node or of the SQLite driver, for example `ENOENT` or `SQLITE_BUSY`; if any. */
export function errorCode(error: unknown): unknown {
  return error instanceof Error && "code" in error ? error.code : undefined;
}
