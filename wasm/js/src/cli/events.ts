import { writeFile as appendTo, constants, fstatSync } from "node:fs";
import { open } from "node:fs/promises";
import { promisify } from "node:util";
import { errorCode } from "../core/error.js";
import type { Event } from "../core/wire.js";
import { LostEventsError } from "../http/lost.js";
import { causeAmong, FILE_CAUSES } from "./cause.js";
import { Failure } from "./failure.js";
import { MOST_WAITING } from "./output.js";

/** Where a server's events are written, one line of JSON each. */
export interface EventSink {
  /** Takes an event, and never throws. Where it cannot be written in time it is lost, which is told. */
  write(event: Event): void;
  /** The number of events that were lost. */
  readonly lost: number;
  /** Writes what waits, within a second. */
  close(): Promise<void>;
}

const SECOND = 1_000;
/** A pipe that nobody reads, or that is full, fails at once. */
const FLAGS = constants.O_WRONLY | constants.O_APPEND | constants.O_CREAT | constants.O_NONBLOCK;
/** They hold addresses. */
const MODE = 0o600;
const NEWLINE = "\n".charCodeAt(0);

/** Writes bytes. It never rejects, and returns how many were written before it failed. */
type Write = (bytes: Uint8Array) => Promise<{ written: number; error?: unknown }>;

/**
 * Opens a sink at a path, or at stdout by `-`. The file is opened anew whenever lines are written, so that it may be moved away.
 * Throws a {@link Failure} if it cannot be written. `onError` is told what is lost, once a second.
 */
export async function eventSink(place: string, onError: (error: LostEventsError) => void): Promise<EventSink> {
  const write = place === "-" ? toStdout() : toFile(place);
  const { error } = await write(new Uint8Array());
  if (error !== undefined) {
    const code = errorCode(error);
    const cause = code === "ENXIO" ? "nobody reads that pipe; start its reader first" : causeAmong(FILE_CAUSES, code);
    throw new Failure(`cannot write events to \`${place}\`: ${cause ?? `the system refuses it with ${String(code)}`}`);
  }
  let waiting: string[] = [];
  let length = 0;
  let writing: Promise<void> | undefined;
  let isTorn = false;
  let lost = 0;
  let untold = 0;
  let why: unknown;
  let timer: NodeJS.Timeout | undefined;

  const tell = () => {
    clearTimeout(timer);
    timer = undefined;
    if (untold > 0) onError(new LostEventsError(untold, why));
    untold = 0;
  };
  const lose = (count: number, code: unknown) => {
    lost += count;
    untold += count;
    why = code;
    timer ??= setTimeout(tell, SECOND).unref();
  };
  const writeAll = async () => {
    while (waiting.length > 0) {
      // What was cut off must not run into what follows.
      const before = isTorn ? "\n" : "";
      const bytes = Buffer.from(before + waiting.join(""));
      const count = waiting.length;
      waiting = [];
      length = 0;
      const { written, error } = await write(bytes);
      if (written > 0) isTorn = bytes[written - 1] !== NEWLINE;
      const whole = bytes.subarray(before.length, written).filter((byte) => byte === NEWLINE).length;
      if (error !== undefined) lose(count - whole, errorCode(error));
    }
  };
  return {
    write(event) {
      const line = `${JSON.stringify(event)}\n`;
      if (length + line.length > MOST_WAITING) return lose(1, "ETIMEDOUT");
      waiting.push(line);
      length += line.length;
      writing ??= writeAll().finally(() => {
        writing = undefined;
      });
    },
    get lost() {
      return lost;
    },
    async close() {
      let late: NodeJS.Timeout | undefined;
      const end = new Promise<"late">((resolve) => {
        late = setTimeout(resolve, SECOND, "late");
      });
      if ((await Promise.race([writing, end])) === "late") lose(waiting.length, "ETIMEDOUT");
      clearTimeout(late);
      tell();
    },
  };
}

function toFile(path: string): Write {
  return async (bytes) => {
    let written = 0;
    try {
      const file = await open(path, FLAGS, MODE);
      try {
        while (written < bytes.length) written += (await file.write(bytes, written)).bytesWritten;
      } finally {
        await file.close();
      }
      return { written };
    } catch (error) {
      return { written, error };
    }
  };
}

/** A reader of stdout that goes away ends a command, but no server. */
function toStdout(): Write {
  process.stdout.removeAllListeners("error").on("error", () => {});
  const { fd } = process.stdout;
  const write = fstatSync(fd).isFile()
    ? promisify((bytes: Uint8Array, done: (error: Error | null) => void) => appendTo(fd, bytes, done))
    : promisify((bytes: Uint8Array, done: (error?: Error | null) => void) => process.stdout.write(bytes, done));
  return async (bytes) => {
    try {
      await write(bytes);
      return { written: bytes.length };
    } catch (error) {
      return { written: 0, error };
    }
  };
}
