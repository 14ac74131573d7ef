// Requests of vectors, decoded by what the platform has and nothing of ours.

import assert from "node:assert/strict";

/**
 * The fields of a vector's request as an object; none if it cannot be decoded. A field of a POST's query only counts as a
 * duplicate.
 */
export function decode(request, known) {
  const isPost = request.method === "POST";
  const isJson = isPost && /^application\/json *(;|$)/i.test(request.contentType ?? "");
  try {
    const query = formPairs(bytes(request, "query"));
    const body = bytes(request, "body");
    const isRead = isPost && body.length > 0;
    const pairs = isRead ? (isJson ? jsonPairs : formPairs)(body) : isPost ? [] : query;
    const names = [...(isPost ? query : []), ...pairs].map(([name]) => name).filter((name) => known.includes(name));
    return {
      way: isJson ? "JSON" : isPost ? "form" : "query",
      fields: Object.fromEntries(pairs),
      hasDuplicates: new Set(names).size < names.length,
    };
  } catch {
    return {};
  }
}

function formPairs(bytes) {
  const form = utf8(bytes);
  decodeURIComponent(form.replaceAll("+", " ")); // throws where URLSearchParams would put U+FFFD
  return [...new URLSearchParams(form)];
}

function jsonPairs(bytes) {
  const value = JSON.parse(utf8(bytes), (name, value) => {
    assert.ok(name.isWellFormed() && (typeof value !== "string" || value.isWellFormed()));
    return value;
  });
  assert.ok(typeof value === "object" && value !== null && !Array.isArray(value));
  return Object.entries(value);
}

function utf8(bytes) {
  return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
}

function bytes(request, name) {
  const digits = request[`${name}Hex`];
  return digits === undefined ? Buffer.from(request[name] ?? "") : Buffer.from(digits, "hex");
}
