import type { RawRequest } from "../entries/raw.js";
import { printable } from "./bytes.js";
import { pairsOf } from "./operation.js";

/** A request as a command line. */
export interface CurlLine {
  label: string;
  command: string;
}

/** Returns the address of the server that has this page, which is at `/playground/` there; behind a proxy it may be below a path. */
export function serverOf(page: string): string {
  const { origin, pathname } = new URL(page);
  return origin + (/^(.*)\/playground\/(index\.html)?$/.exec(pathname)?.[1] ?? "");
}

/** The command lines that send this request to the server; none if its bytes do not fit into one. */
export function curlLines(request: RawRequest, server: string): CurlLine[] {
  const pairs = pairsOf(request);
  const url = `${server}${request.path}`;
  if (request.method === "POST" && pairs !== undefined) {
    const data = pairs.map(([name, value]) => `--data-urlencode ${quoted(`${name}=${value}`)}`);
    const lines = [{ label: "POST", command: command(request, url, data.length > 0 ? data : ["--request POST"]) }];
    const hasGet = ["/api/sso/authenticate", "/api/sso/login", "/api/authenticate"].includes(request.path);
    if (hasGet) lines.push({ label: "GET", command: command(request, `${url}?${new URLSearchParams(pairs)}`, []) });
    return lines;
  }
  if (request.body === "too_large") return [];
  const query = printable(request.query);
  const body = printable(request.body);
  if (query === undefined || body === undefined) return [];
  const options = [
    request.method === "HEAD" ? "--head" : request.method === "GET" && body === "" ? "" : `--request ${quoted(request.method)}`,
    request.contentType === undefined ? "" : `--header ${quoted(`Content-Type: ${request.contentType}`)}`,
    ...request.contentEncoding.map((value) => `--header ${quoted(`Content-Encoding: ${value}`)}`),
    body === "" ? "" : `--data-raw ${quoted(body)}`,
  ];
  // What curl would otherwise tidy up is what a request may be about.
  const asIs = /[[\]{}]|\.\.?(\/|$)/.test(url + query) ? ["--globoff --path-as-is"] : [];
  const target = query === "" ? url : `${url}?${query}`;
  return [{ label: request.method, command: command(request, target, [...asIs, ...options.filter((option) => option !== "")]) }];
}

function command({ authorization }: RawRequest, url: string, options: string[]): string {
  const headers = authorization.map((value) => `--header ${quoted(`Authorization: ${value}`)}`);
  return [`curl ${quoted(url)}`, ...headers, ...options].join(" \\\n  ");
}

/** One word of a shell. */
function quoted(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}
