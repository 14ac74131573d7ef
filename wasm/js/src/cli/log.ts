import type { CallName } from "../core/wire.js";
import { requestId } from "../http/request-id.js";
import type { Served } from "../http/server.js";
import { toldOf } from "../http/told.js";
import { driverCause } from "./cause.js";
import { MOST_WAITING } from "./output.js";

/** The formats of a log: for programs, for people, or none at all. */
export const LOG_FORMATS = ["json", "text", "off"] as const;
export type LogFormat = (typeof LOG_FORMATS)[number];

/** The log of a server while it runs. None of it holds a secret. */
export interface Log {
  request(served: Served): void;
  /** The first of a kind is written at once, and the number of those that follow within a second at its end. */
  error(error: unknown, call: CallName | undefined): void;
  note(message: string): void;
  /** Writes what is still counted. */
  flush(): void;
}

/** The stream that a log goes to. */
export type LogStream = Pick<NodeJS.WriteStream, "write" | "once" | "writableLength" | "isTTY" | "hasColors">;

/** A log in lines. Without a format it is text on a terminal, and JSON elsewhere. Lines that nobody reads in time are lost, which it tells. */
export function logTo(stream: LogStream, format: LogFormat = stream.isTTY ? "text" : "json"): Log {
  if (format === "off") return { request() {}, error() {}, note() {}, flush() {} };
  const line = format === "json" ? jsonLine : textLine(stream.isTTY && stream.hasColors());
  const write = (level: Level, entry: Entry) => stream.write(line({ time: new Date().toISOString(), level, ...entry }));
  let lost = 0;
  const tellLost = () => {
    if (lost > 0) write("error", { message: `${lost} lines of the log were lost; whatever reads it took none in time` });
    lost = 0;
  };
  const log = (level: Level, entry: Entry) => {
    if (lost === 0 && stream.writableLength < MOST_WAITING) return void write(level, entry);
    if (lost === 0) stream.once("drain", tellLost);
    lost += 1;
  };
  const repeated = new Map<string, Repeated>();
  const settle = (kind: string, { call, error, count, timer }: Repeated) => {
    clearTimeout(timer);
    repeated.delete(kind);
    if (count > 0) log("error", { id: undefined, call, error, count });
  };
  return {
    request({ operation: _, ...served }) {
      const level = served.status >= 500 || (served.code ?? 0) >= 5000 ? "error" : "info";
      log(level, { ...served, milliseconds: Math.round(served.milliseconds) });
    },
    error(thrown, call) {
      const error = lineOf(thrown);
      const kind = `${call} ${error}`;
      const before = repeated.get(kind);
      if (before !== undefined) {
        before.count += 1;
        return;
      }
      log("error", { id: requestId.getStore(), call, error, count: undefined });
      const first: Repeated = { call, error, count: 0, timer: setTimeout(() => settle(kind, first), SECOND).unref() };
      repeated.set(kind, first);
    },
    note: (message) => log("info", { message }),
    flush() {
      for (const [kind, error] of repeated) settle(kind, error);
      tellLost();
    },
  };
}

const SECOND = 1_000;

/** An error that was written, and how often it came again within the second. */
interface Repeated {
  call: CallName | undefined;
  error: string;
  count: number;
  timer: NodeJS.Timeout;
}

/** Returns what is told of an error, and the cause where it is known. */
function lineOf(error: unknown): string {
  const cause = driverCause(error);
  return cause === undefined ? toldOf(error) : `${toldOf(error)}: ${cause}`;
}

type Level = "info" | "error";
type Line = { time: string; level: Level } & Entry;
type Entry =
  | Omit<Served, "operation">
  | { id: string | undefined; call: CallName | undefined; error: string; count: number | undefined }
  | { message: string };

/** Writes an entry without its members that are `undefined`. */
function jsonLine(line: Line): string {
  return `${JSON.stringify(line)}\n`;
}

function textLine(isColoured: boolean): (line: Line) => string {
  const paint = (color: number, text: string) => (isColoured ? `\x1b[${color}m${text}\x1b[0m` : text);
  const textOf = (line: Line) => {
    if ("message" in line) return line.message;
    const id = line.id === undefined ? "" : ` ${paint(DIM, line.id)}`;
    if ("error" in line)
      return `${paint(RED, "error")}${line.call ? ` in ${line.call}` : ""}${id}: ${line.error}${line.count ? ` (${line.count} more)` : ""}`;
    const { method, path, status, code, milliseconds } = line;
    const color = line.level === "error" ? RED : code === undefined ? GREEN : YELLOW;
    const outcome = paint(color, code === undefined ? `${status}` : `${status} ${code}`);
    return `${method} ${path} ${outcome} ${milliseconds} ms${id}`;
  };
  return (line) => `${paint(DIM, line.time)} ${textOf(line)}\n`;
}

const DIM = 2;
const RED = 31;
const GREEN = 32;
const YELLOW = 33;
