import type { RawRequest, RawResponse } from "../../entries/raw.js";
import { printable, toHex } from "../bytes.js";
import { element, foldable } from "./element.js";
import { json } from "./json.js";

const MOST_SHOWN = 2048;

/** A request as it goes over the wire; bytes that are not plain text are hexadecimal digits. */
export function requestText({ method, path, query, contentType, contentEncoding, authorization, body }: RawRequest): string {
  const lines = [
    `${method} ${path}${query.length === 0 ? "" : `?${shown(query)}`}`,
    ...(contentType === undefined ? [] : [`content-type: ${contentType}`]),
    ...contentEncoding.map((value) => `content-encoding: ${value}`),
    ...authorization.map((value) => `authorization: ${value}`),
    ...(body.length === 0 ? [] : ["", body === "too_large" ? "(more bytes than are read)" : shown(body)]),
  ];
  return lines.join("\n");
}

function shown(bytes: Uint8Array): string {
  const start = bytes.subarray(0, MOST_SHOWN);
  const rest = bytes.length > MOST_SHOWN ? `… (${bytes.length} bytes)` : "";
  return `${printable(start) ?? `(hex) ${toHex(start)}`}${rest}`;
}

/** An answer: status, headers, the JSON for people and as it was sent. */
export function responseView({ status, headers, body }: RawResponse): Node[] {
  const rows = headers.map(([name, value]) => element("div", {}, element("dt", {}, name), element("dd", {}, value)));
  return [
    element("p", {}, element("strong", { id: "status" }, `HTTP ${status}`)),
    element("dl", { class: "headers" }, ...rows),
    json(JSON.parse(body)),
    foldable("As it was sent", element("pre", { id: "raw" }, body)),
  ];
}
