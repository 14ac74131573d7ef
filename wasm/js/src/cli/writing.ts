import { closeSync, copyFileSync, mkdirSync, openSync, renameSync, rmdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { errorCode } from "../core/error.js";
import { Failure, writeCauses } from "./failure.js";

/** Lets `write` make files in the directory. If it throws, what it has made is removed; the cause is told where it is known. */
export function writing<Done>(directory: string, write: (made: Made) => Done): Done {
  const made = new Made();
  try {
    return write(made);
  } catch (error) {
    made.remove();
    const cause = writeCauses.get(errorCode(error));
    if (cause === undefined) throw error;
    throw new Failure(`cannot write to the directory \`${directory}\`: ${cause}`);
  }
}

/** What a command has made so far. */
export class Made {
  readonly #undo: (() => void)[] = [];

  /** Makes a directory, and those above it that are missing. Node's own way never ends where the system takes none, as in `/proc`. */
  directory(path: string): void {
    if (isDirectory(path)) return;
    const above = dirname(path);
    if (above !== path) this.directory(above);
    // `x/..` is there once `x` is.
    if (isDirectory(path)) return;
    mkdirSync(path);
    this.#undo.push(() => rmdirSync(path));
  }

  /** Writes a new file. */
  file(path: string, text: string): void {
    const file = openSync(path, "wx");
    this.#undo.push(() => rmSync(path));
    try {
      writeFileSync(file, text);
    } finally {
      closeSync(file);
    }
  }

  /** Copies a file beside `path`; the function that it returns puts the copy there, in the place of whatever file it is. */
  copy(from: URL, path: string): () => void {
    const copy = `${path}.${process.pid}`;
    this.#undo.push(() => rmSync(copy, { force: true }));
    copyFileSync(from, copy);
    return () => renameSync(copy, path);
  }

  remove(): void {
    for (const undo of this.#undo.reverse()) {
      try {
        undo();
      } catch {
        // A different program may have put something there, or taken it away.
      }
    }
  }
}

function isDirectory(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
}
