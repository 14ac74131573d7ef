// One vector of `spec/vectors`, expanded, judged in whatever runtime this is loaded in. It imports nothing: the package,
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
export async function checkRaw({ core, operator, raw }, world, vector, open) {
  const { request, command, calls, settings = {}, response } = vector;
  const { storage, dump } = await open(recordsBefore(world, vector));
  const fail = (error) => {
    if (!isOfVector(error)) throw error;
  };
  const answer = command === undefined ? raw.answerBy(storage, core, fail) : raw.answerOperatorBy(storage, core);
  const expected = calls[Symbol.iterator]();
  const answerExpected = async (call) => {
    const { value } = expected.next();
    same("call", call, value?.call);
    return value.reply ?? answer(call);
  };
  const { status, headers, body } =
    command === undefined
      ? await raw.decide(core.configure(settings), rawRequest(request), moment(world, vector), answerExpected)
      : await raw.carryOut(operator.configure(settings), command, moment(world, vector), answerExpected);

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
    onError: (error) => isOfVector(error) || failures.push(String(error)),
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
  const once =
    (method) =>
    (...call) => {
      const asked = JSON.stringify([method, ...call]);
      if (!answers.has(asked)) answers.set(asked, passwords[method](...call));
      return answers.get(asked);
    };
  return { verify: once("verify"), hash: once("hash") };
}

/** Returns the reason why this vector cannot be put to a handler, in this runtime; `undefined` if it can. */
export function uncarried({ request, command, calls }) {
  if (command !== undefined) return "a command";
  if (calls.some(({ reply }) => reply !== undefined)) return "a reply that is no storage's";
  if (request.bodyTooLarge) return "a body without bytes";
  try {
    const made = requestOf(request);
    const isSame =
      made.method === request.method &&
      made.url === urlOf(request) &&
      Object.entries(HEADERS).every(([name, header]) => isCarried(request[name], made.headers.get(header)));
    return isSame ? undefined : "changed by Request";
  } catch {
    return "refused by Request";
  }
}

function requestOf(request) {
  const { method, body, bodyHex } = request;
  const headers = new Headers();
  for (const [name, header] of Object.entries(HEADERS))
    for (const value of valuesOf(request[name])) headers.append(header, value);
  const hasBody = body !== undefined || bodyHex !== undefined;
  return new Request(urlOf(request), { method, headers, ...(hasBody && { body: bytes({ text: body, hex: bodyHex }) }) });
}

/** The headers that a vector may have, by its names for them. */
const HEADERS = { contentType: "content-type", contentEncoding: "content-encoding", authorization: "authorization" };

/** The values of a header, of which a vector gives none, one, or an array. */
function valuesOf(header = []) {
  return [header].flat();
}

/** Returns whether a vector's header is there: repeated ones with commas between, and some runtimes cut the space at the end. */
function isCarried(header, got) {
  return Array.isArray(header) ? got?.trim() === header.join(", ").trim() : got === (header ?? null);
}

function urlOf({ path, query, queryHex }) {
  if (queryHex !== undefined) throw new TypeError("a URL has no such bytes");
  const url = `https://sso.example${path}${query === undefined ? "" : `?${query}`}`;
  if (url.includes("#")) throw new TypeError("a request has no fragment");
  return url;
}

function rawRequest({ method, path, query, queryHex, body, bodyHex, bodyTooLarge, ...rest }) {
  return {
    method,
    path,
    query: bytes({ text: query, hex: queryHex }),
    body: bodyTooLarge ? "too_large" : bytes({ text: body, hex: bodyHex }),
    contentType: rest.contentType,
    contentEncoding: valuesOf(rest.contentEncoding),
    authorization: valuesOf(rest.authorization),
    source: rest.source,
  };
}

function bytes({ text = "", hex }) {
  return hex === undefined ? new TextEncoder().encode(text) : fromHex(hex);
}

function fromHex(digits) {
  return Uint8Array.from(digits.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
}

function moment(world, { now = world.now, entropy = world.entropy }) {
  return { now, entropy: fromHex(entropy) };
}

function recordsBefore({ companies, keys, products }, { before }) {
  return { companies, keys, products, users: [], tokens: [], codes: [], ...before };
}

async function sameRecords(world, vector, dump) {
  const { events, keyTimes, ...stored } = await dump();
  // The times of keys are seen in lists alone.
  const keys = stored.keys.map(({ createdAt, lastUsedAt, ...key }) => key);
  same("records", inOrder({ ...stored, keys }), inOrder({ ...recordsBefore(world, vector), ...vector.after }));
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

/** What a vector's reply has wrong, and a hash that cannot be read, are among its calls. */
const isOfVector = ({ name }) => name === "HostFaultError" || name === "UnreadableHashError";
