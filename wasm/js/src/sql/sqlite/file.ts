import { ReplacedFileError } from "./replaced.js";

const OWNER_ONLY = 0o600;

/** The file of a database, which SQLite keeps open whatever becomes of its path. */
export class DatabaseFile {
  readonly url: string;
  readonly #idAt: (path: string) => string | undefined;
  readonly #path: string;
  readonly #id: string | undefined;
  readonly #logPath: string;
  #logId: string | undefined;
  #isReplaced = false;

  private constructor(url: string, path: string, realPath: string, idAt: (path: string) => string | undefined) {
    this.url = url;
    this.#idAt = idAt;
    this.#path = path;
    this.#id = idAt(path);
    this.#logPath = `${realPath}-wal`;
  }

  /** The same file, also after the process has changed its directory. A new one can be read by its owner alone. */
  static async create(url: string): Promise<DatabaseFile> {
    const { closeSync, constants, openSync, realpathSync, statSync } = await import("node:fs");
    const { fileURLToPath, pathToFileURL } = await import("node:url");
    const { resolve } = await import("node:path");
    let path: string;
    try {
      if (/[?#]/.test(url)) throw new TypeError("a file has no parameters");
      path = url.startsWith("file:/") ? fileURLToPath(url) : resolve(decodeURIComponent(url.slice("file:".length)));
    } catch {
      throw new TypeError("the `url` of the SQLite file cannot be read; give `file:` and a path, and write `%` in it as `%25`");
    }
    // SQLite gives its journal the rights of the file: nobody else reads the hashes. A pipe would be waited for.
    closeSync(openSync(path, constants.O_WRONLY | constants.O_CREAT | constants.O_NONBLOCK, OWNER_ONLY));
    return new DatabaseFile(pathToFileURL(path).href, path, realpathSync(path), (path) => {
      const found = statSync(path, { bigint: true, throwIfNoEntry: false });
      return found && `${found.dev}:${found.ino}`;
    });
  }

  /** Throws a {@link ReplacedFileError} once the path has led elsewhere: what is there now may belong to others as well. */
  requireSame(): void {
    this.#isReplaced ||= this.#idAt(this.#path) !== this.#id;
    this.#isReplaced ||= this.#logId !== undefined && this.#idAt(this.#logPath) !== this.#logId;
    if (this.#isReplaced) throw new ReplacedFileError();
  }

  /** Notes the write-ahead log that a connection has open after its first statement. It stays until the connection ends. */
  noteLog(): void {
    this.#logId ??= this.#idAt(this.#logPath);
  }

  /** Forgets the log, which goes with the last connection. */
  forgetLog(): void {
    this.#logId = undefined;
  }
}
