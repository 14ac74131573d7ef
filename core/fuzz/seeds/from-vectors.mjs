// Writes the seeds of the target `request`: of the spec's vectors the first for each path and refusal, and for each
// path, method and type that is accepted, with and without a query.
// node core/fuzz/seeds/from-vectors.mjs
import { mkdirSync, writeFileSync } from "node:fs";
import { readVectors } from "../../../wasm/js/vectors/read.mjs";

const seeds = new URL("request/", import.meta.url);
const bytes = (text, hex) => (hex === undefined ? Buffer.from(text ?? "") : Buffer.from(hex, "hex"));

mkdirSync(seeds, { recursive: true });
const seen = new Set();
for (const { id, request, settings, calls, response } of readVectors().vectors) {
  if (request === undefined) continue;
  const { method, path, contentType } = request;
  const query = bytes(request.query, request.queryHex);
  const sort = calls.length > 0 ? [method, contentType] : [response.body];
  const kind = [path, query.length > 0, ...sort].join();
  // A message has the default products and lifetimes.
  if (settings?.products !== undefined) continue;
  const headers = Object.entries({
    "content-type": contentType,
    "content-encoding": request.contentEncoding,
    authorization: request.authorization,
    "x-company": settings?.company,
    "x-legacy-status": settings?.legacyStatus || undefined,
    "x-body-too-large": request.bodyTooLarge || undefined,
  });
  const lines = headers.flatMap(([name, values]) => [values ?? []].flat().map((value) => `${name}: ${value}\n`));
  const seed = Buffer.concat([
    Buffer.from(`${method} ${path}${query.length > 0 ? "?" : ""}`),
    query,
    Buffer.from(`\n${lines.join("")}\n`),
    bytes(request.body, request.bodyHex),
  ]);
  if (seen.has(kind) || seed.length > 2000) continue; // a long seed makes all inputs long
  seen.add(kind);
  writeFileSync(new URL(id, seeds), seed);
}
