// One vector of `spec/vectors`, written out, judged in whatever runtime this is loaded in. It imports nothing: the package,
// the storage and the vectors are handed in.

const ALWAYS = {
  "cache-control": "no-store",
  "content-type": "application/json",
  "referrer-policy": "no-referrer",
  "x-content-type-options": "nosniff",
};

/** An answer, a call or a record that is not the expected one. */
export class Difference extends Error {
  name = "Difference";

  constructor(what, actual, expected) {
    super(`${what}\n  actual:   ${JSON.stringify(actual)}\n  expected: ${JSON.stringify(expected)}`);
  }
}

/**
 * Decides the vector by the package's raw functions, over the storage that `open` gives for its records. Throws on the
 * first call, byte or record that differs.
 */
export async function checkRaw({ core, raw }, world, vector, open) {
  const { request, command, calls, settings, response } = vector;
  const { storage, dump } = await open(recordsBefore(world, vector));
  const fail = (error) => {
    throw error;
  };
  const answer = command === undefined ? raw.answerBy(storage, core, fail) : raw.answerOperatorBy(storage);
  const expected = calls[Symbol.iterator]();
  const answerExpected = async (call) => {
    const { value } = expected.next();
    same("call", call, value?.call);
    return value.reply ?? answer(call);
  };
  const { status, headers, body } =
    command === undefined
      ? await raw.decide(core, rawRequest(request), { ...moment(world, vector), ...settled(settings) }, answerExpected)
      : await raw.carryOut(core, command, moment(world, vector), answerExpected);

  same("a call that was not made", undefined, expected.next().value?.call);
  same("body", body, response.body);
  same("status", status, response.status);
  same("headers", byName(headers), byName(headersOf(response)));
  await sameRecords(world, vector, dump);
}

/**
 * Puts the vector's request to the package's handler. What only a storage of its own can show, that each call is the
 * expected one, is left to {@link checkRaw}. Call it with what {@link uncarried} lets through.
 */
export async function checkHandler({ createHandler }, world, vector, open) {
  const { request, settings, response } = vector;
  const { storage, dump } = await open(recordsBefore(world, vector));
  const { now, entropy } = moment(world, vector);
  const failures = [];
  const handler = await createHandler({
    storage,
    ...settings,
    source: () => request.source,
    now: () => now,
    random: () => entropy,
    onError: (error) => failures.push(String(error)),
  });
  const answered = await handler(requestOf(request));
  const body = new TextDecoder("utf-8", { ignoreBOM: true, fatal: true }).decode(await answered.arrayBuffer());

  same("failures", failures, []);
  same("body", body, request.method === "HEAD" ? "" : response.body);
  same("status", answered.status, response.status);
  same("headers", byName([...answered.headers]), byName(headersOf(response)));
  await sameRecords(world, vector, dump);
}

/** The same passwords, which compute no hash twice: each vector is put to several faces or storages. */
export function remembering(passwords) {
  const answers = new Map();
  const once = (method) => (...call) => {
    const asked = JSON.stringify([method, ...call]);
    if (!answers.has(asked)) answers.set(asked, passwords[method](...call));
    return answers.get(asked);
  };
  return { verify: once("verify"), hash: once("hash") };
}

/** Why this vector cannot be put to a handler, in this runtime; `undefined` if it can. */
export function uncarried({ request, command, calls }) {
  if (command !== undefined) return "a command";
  if (calls.some(({ reply }) => reply !== undefined)) return "a reply that is no storage's";
  const { method, contentType, authorization } = request;
  try {
    const made = requestOf(request);
    const isSame =
      made.method === method &&
      made.url === urlOf(request) &&
      made.headers.get("content-type") === (contentType ?? null) &&
      made.headers.get("authorization") === (authorization ?? null);
    return isSame ? undefined : "changed by Request";
  } catch {
    return "refused by Request";
  }
}

function requestOf(request) {
  const { method, contentType, authorization, body, bodyHex } = request;
  const headers = new Headers();
  if (contentType !== undefined) headers.set("content-type", contentType);
  if (authorization !== undefined) headers.set("authorization", authorization);
  const hasBody = body !== undefined || bodyHex !== undefined;
  return new Request(urlOf(request), { method, headers, ...(hasBody && { body: bytes(body, bodyHex) }) });
}

function urlOf({ path, query, queryHex }) {
  if (queryHex !== undefined) throw new TypeError("a URL has no such bytes");
  const url = `https://sso.example${path}${query === undefined ? "" : `?${query}`}`;
  if (url.includes("#")) throw new TypeError("a request has no fragment");
  return url;
}

function rawRequest({ query, queryHex, body, bodyHex, ...rest }) {
  return { ...rest, query: bytes(query, queryHex), body: bytes(body, bodyHex) };
}

function bytes(text = "", hex) {
  return hex === undefined ? new TextEncoder().encode(text) : fromHex(hex);
}

function fromHex(digits) {
  return Uint8Array.from(digits.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
}

function moment(world, { now = world.now, entropy = world.entropy }) {
  return { now, entropy: fromHex(entropy) };
}

function settled(settings) {
  return { legacyStatus: false, company: undefined, ...settings };
}

function recordsBefore({ companies, keys, products }, { before }) {
  return { companies, keys, products, users: [], tokens: [], codes: [], ...before };
}

async function sameRecords(world, vector, dump) {
  const { events, ...stored } = await dump();
  same("records", inOrder(stored), inOrder({ ...recordsBefore(world, vector), ...vector.after }));
}

/** A database gives rows in an order of its own. */
function inOrder(contents) {
  const rank = ({ id, digest, name }) => id ?? digest ?? name;
  const ordered = (records) => [...records].sort((a, b) => (rank(a) < rank(b) ? -1 : 1));
  return Object.fromEntries(Object.entries(contents).map(([table, records]) => [table, ordered(records)]));
}

const headersOf = ({ headers }) => Object.entries({ ...ALWAYS, ...headers });
const byName = (headers) => headers.map(([name, value]) => [name.toLowerCase(), value]).sort();

function same(what, actual, expected) {
  if (canonical(actual) !== canonical(expected)) throw new Difference(what, actual, expected);
}

/** JSON in which the order of members does not count. */
function canonical(value) {
  const sorted = (_, part) =>
    part !== null && typeof part === "object" && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1)))
      : part;
  return JSON.stringify(value, sorted);
}
