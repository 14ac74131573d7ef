import { readFileSync } from "node:fs";
import { extname } from "node:path";
import type { Route } from "./server.js";

/** The playground as a site: the path of each file, relative to the site's root, and where it stands. */
export type Site = ReadonlyMap<string, URL>;

const TYPES: Record<string, string> = {
  ".css": "text/css; charset=utf-8",
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".json": "application/json",
  ".svg": "image/svg+xml",
  ".wasm": "application/wasm",
};

const INDEX = "index.html";
const MOUNT = "/playground";
const DIST = new URL("../", import.meta.url);

/** The site's files: those of the package that the page needs, at the same paths, and the page itself at the root. */
export function playgroundSite(): Site {
  const files = JSON.parse(readFileSync(new URL("playground/files.json", DIST), "utf8")) as string[];
  const page = `playground/${INDEX}`;
  return new Map(files.map((file) => [file === page ? INDEX : file, new URL(file, DIST)]));
}

/** Answers `/playground/` and the files below it, and nothing that is not one of the site's. */
export function playground(): Route {
  const assets = new Map(
    [...playgroundSite()].map(([path, place]) => [
      path === INDEX ? `${MOUNT}/` : `${MOUNT}/${path}`,
      { type: TYPES[extname(path)] ?? "application/octet-stream", content: readFileSync(place) },
    ]),
  );
  // The page states its policy itself, for hosts that send none. Only a header can forbid frames.
  const page = assets.get(`${MOUNT}/`)?.content.toString() ?? "";
  const policy = `${/Content-Security-Policy" content="([^"]+)"/.exec(page)?.[1]}; frame-ancestors 'none'`;
  const always: [string, string][] = [
    ["cache-control", "no-store"],
    ["content-security-policy", policy],
    ["referrer-policy", "no-referrer"],
    ["x-content-type-options", "nosniff"],
  ];
  return ({ method, path }) => {
    const asset = assets.get(path);
    if (asset === undefined && path !== MOUNT) return undefined;
    if (method !== "GET" && method !== "HEAD") {
      return Promise.resolve({ status: 405, headers: [["allow", "GET, HEAD"], ...always], body: "" });
    }
    if (asset === undefined) {
      // Relative, so that it holds behind a proxy that has it elsewhere.
      return Promise.resolve({ status: 308, headers: [["location", "playground/"], ...always], body: "" });
    }
    return Promise.resolve({ status: 200, headers: [["content-type", asset.type], ...always], body: asset.content });
  };
}
