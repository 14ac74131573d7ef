import { errorCode } from "../core/error.js";

/** The most characters of a server's output that wait while the file or the reader takes none. What comes then is lost, which is told. */
export const MOST_WAITING = 4_000_000;

/** The exit code that a shell makes of SIGPIPE, which ends other programs then and is ignored by Node. */
const READER_GONE = 141;

/**
 * Ends the program, quietly, when the reader of its output goes away, as `head` does. Whoever reads the errors and the
 * log may go: a server stays.
 */
export function endWithReader(): void {
  process.stderr.on("error", () => {});
  process.stdout.on("error", (error) => {
    const code = errorCode(error);
    if (code === "EPIPE") process.exit(READER_GONE);
    process.stderr.write(
      `error: cannot print (${String(code)}), and what was to be printed is lost; check where the output goes\n`,
    );
    process.exit(1);
  });
}

/** The array as a line of JSON in pieces, for one that is too long to be held as a whole. */
export async function* jsonArray(items: AsyncIterable<unknown>): AsyncGenerator<string, void> {
  let before = "[";
  for await (const item of items) {
    yield before + JSON.stringify(item);
    before = ",";
  }
  yield before === "[" ? "[]\n" : "]\n";
}

/** The same as lines for people. */
export async function* lines<Item>(items: AsyncIterable<Item>, lineOf: (item: Item) => string): AsyncGenerator<string, void> {
  for await (const item of items) yield lineOf(item);
}

/** The last that a `Date` can hold; the format knows later ones. */
const LAST_MOMENT = 8_640_000_000_000_000;

/** Returns a time as a text, the last that there is where it lies beyond. */
export function moment(time: number): string {
  return new Date(Math.min(time, LAST_MOMENT)).toISOString();
}
