import type { CallName } from "../core/wire.js";
import { requestId } from "../http/request-id.js";
import type { Served } from "../http/server.js";
import { traceOf } from "./failure.js";

/** The formats of a log: for programs, for people, or none at all. */
export const LOG_FORMATS = ["json", "text", "off"] as const;
export type LogFormat = (typeof LOG_FORMATS)[number];

/** The log of a server while it runs. None of it holds a secret. */
export interface Log {
  request(served: Served): void;
  error(error: unknown, call: CallName | undefined): void;
  note(message: string): void;
}

/** The stream that a log goes to. */
export type LogStream = Pick<NodeJS.WriteStream, "write" | "isTTY" | "hasColors">;

/** A log in lines. Without a format it is text on a terminal, and JSON elsewhere. */
export function logTo(stream: LogStream, format: LogFormat = stream.isTTY ? "text" : "json"): Log {
  if (format === "off") return { request() {}, error() {}, note() {} };
  const line = format === "json" ? jsonLine : textLine(stream.isTTY && stream.hasColors());
  const log = (level: Level, entry: Entry) => stream.write(line({ time: new Date().toISOString(), level, ...entry }));
  return {
    request({ operation: _, ...served }) {
      const level = served.status >= 500 || (served.code ?? 0) >= 5000 ? "error" : "info";
      log(level, { ...served, milliseconds: Math.round(served.milliseconds) });
    },
    error: (error, call) => log("error", { id: requestId.getStore(), call, error: traceOf(error) }),
    note: (message) => log("info", { message }),
  };
}

type Level = "info" | "error";
type Line = { time: string; level: Level } & Entry;
type Entry =
  | Omit<Served, "operation">
  | { id: string | undefined; call: CallName | undefined; error: string }
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
    if ("error" in line) return `${paint(RED, "error")}${line.call ? ` in ${line.call}` : ""}${id}: ${line.error}`;
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
