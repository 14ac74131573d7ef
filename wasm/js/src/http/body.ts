// What both faces read of a request: its target, its headers and its body, byte for byte.

import { OwnError } from "../core/error.js";

/** A body that ssokey cannot read any more. */
export class BodyReadError extends OwnError {
  override readonly name = "BodyReadError";

  constructor() {
    super("the body was read already; mount ssokey before all that reads bodies");
  }
}

/** The bytes of a body; `too_large` if they are over the limit; `undefined` if the client broke off. */
export type Body = Uint8Array | "too_large" | undefined;

/** Path and query of a URL or request target, as they stand there. */
export function splitTarget(target: string): { path: string; query: string } {
  // A proxy may send the absolute form, `GET http://host/path`, which means the same.
  const local = target.replace(/^[a-z][a-z0-9+.-]*:\/\/[^/?#]*/i, "");
  const question = local.indexOf("?");
  const end = question === -1 ? local.length : question;
  return { path: local.slice(0, end), query: local.slice(end + 1) };
}

/**
 * Returns the bytes of a query, which Node hands over as the characters U+0000 to U+00FF. `URLSearchParams` would decode, and merge
 * different bytes into one.
 */
export function bytesOfQuery(query: string): Uint8Array {
  // A request that no connection brought may have any characters.
  if (/[^\0-\xff]/.test(query)) return new TextEncoder().encode(query);
  return Uint8Array.from(query, (character) => character.charCodeAt(0));
}

/** Returns the values of a header in a `Headers` or in an object of values, whose names may be in any case. */
export function headerValues(headers: unknown, name: string): string[] {
  if (typeof headers !== "object" || headers === null) return [];
  if ("get" in headers && typeof headers.get === "function") return [(headers as Headers).get(name) ?? []].flat();
  const values = Object.entries(headers).filter(([key]) => key.toLowerCase() === name);
  return values.flatMap(([, value]: [string, unknown]) => value ?? []).map(String);
}

/** Returns the bytes, or that they are too many. */
export function bounded(bytes: Uint8Array, limit: number): Uint8Array | "too_large" {
  return bytes.length > limit ? "too_large" : bytes;
}

/** Reads parts until there are no more. Of a body that is longer than the limit, or not there when its time is `over`, the rest is not read. */
export async function readParts(
  { next, stop }: { next(): Promise<{ done?: boolean | undefined; value?: unknown }>; stop(): unknown },
  limit: number,
  over: Promise<void>,
): Promise<Body> {
  const parts: Uint8Array[] = [];
  let isOver = false;
  // Its failure is ignored: the answer is known. It waits until that has left: frameworks over Node cut the connection that it takes.
  const end = () => {
    isOver = true;
    setTimeout(() => (async () => stop())().catch(() => {}), 1_000);
  };
  over.then(end);
  for (let length = 0; !isOver; ) {
    const part = await next().catch(() => undefined);
    if (part === undefined) return undefined;
    if (part.done) return joined(parts, length);
    const bytes = bytesOf(part.value);
    if (length + bytes.length > limit) {
      end();
      return "too_large";
    }
    parts.push(bytes);
    length += bytes.length;
    // Parts without bytes, of which there may be any number, would keep the time from ever being over.
    if (bytes.length === 0) await new Promise((resolve) => setTimeout(resolve));
  }
  return undefined;
}

/** Returns the parts as one. */
export function joined(parts: Uint8Array[], length: number): Uint8Array {
  const [first] = parts;
  if (first?.length === length) return first;
  const whole = new Uint8Array(length);
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

/** Returns the bytes of a part. Those of a different realm are no instances of this one's classes. */
export function bytesOf(part: unknown): Uint8Array {
  if (typeof part === "string") return new TextEncoder().encode(part);
  if (ArrayBuffer.isView(part)) return new Uint8Array(part.buffer, part.byteOffset, part.byteLength);
  return new Uint8Array(part as ArrayBuffer);
}
