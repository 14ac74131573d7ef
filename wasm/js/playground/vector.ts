import type { Call, Command, Core, Reply } from "../entries/browser.js";
import { type Contents, memoryStorage } from "../entries/memory.js";
import {
  answerBy,
  answerOperatorBy,
  carryOut,
  decide,
  type OperatorCore,
  type RawRequest,
  type Settings,
} from "../entries/raw.js";
import { fromHex, utf8 } from "./bytes.js";
import { type Run, record } from "./trace.js";
import type { World } from "./world.js";

/** The parts that all vectors share. */
export interface VectorWorld extends Pick<Contents, "companies" | "keys" | "products"> {
  now: number;
  entropy: string;
}

/** The records of a vector. */
type Stored = Omit<Contents, "events" | "keyTimes">;

/** One vector, expanded as `spec/vectors/README.md` says, with the name of its file. */
export interface Vector {
  file: string;
  id: string;
  title: string;
  proves: string[];
  request?: VectorRequest;
  command?: Command | string;
  settings?: Settings;
  now?: number;
  entropy?: string;
  before?: Partial<Stored>;
  after?: Partial<Stored>;
  calls: { call: Call; reply?: Reply }[];
  response: { status: number; body: string; headers?: Record<string, string> };
}

/** Returns the link to a vector within the page. */
export function linkTo({ id }: Vector): string {
  return `#vector=${id}`;
}

type VectorRequest = Pick<RawRequest, "method" | "path"> &
  Partial<Record<"query" | "queryHex" | "body" | "bodyHex" | "contentType" | "source", string>> &
  Partial<Record<"authorization" | "contentEncoding", string | string[]>> & { bodyTooLarge?: true };

/** The two modules of the core. */
export interface Cores {
  core: Core;
  operator: OperatorCore;
}

/** One thing that a vector expects, and what came. */
export interface Comparison {
  what: string;
  expected: unknown;
  actual: unknown;
  isSame: boolean;
}

/** A vector that was run, and the world as it is afterwards. */
export interface Judged {
  request: RawRequest | undefined;
  run: Run;
  comparisons: Comparison[];
  world: World;
}

const ALWAYS = {
  "cache-control": "no-store",
  "content-type": "application/json",
  "referrer-policy": "no-referrer",
  "x-content-type-options": "nosniff",
};

/** Runs a vector over a storage of its own, and compares all that it expects. */
export async function judge({ core, operator }: Cores, shared: VectorWorld, vector: Vector): Promise<Judged> {
  const { command, settings = {}, now = shared.now, entropy = shared.entropy } = vector;
  const before = recordsBefore(shared, vector);
  const storage = memoryStorage(before);
  const moment = { now, entropy: fromHex(entropy) };
  const world: World = { name: `the vector ${vector.id}`, storage, settings, now: () => now };
  // What a storage in memory fails at shows in its reply.
  const carried = command === undefined ? answerBy(storage, core, () => {}) : answerOperatorBy(storage, core);
  const replies = vector.calls.map(({ reply }) => reply)[Symbol.iterator]();
  const answer = async (call: Call) => replies.next().value ?? carried(call);
  const request = vector.request && rawRequest(vector.request);
  const run = await record(answer, (answer) =>
    command === undefined
      ? decide(core.configure(settings), request as RawRequest, moment, answer)
      : carryOut(operator.configure({ products: settings.products }), command, moment, answer),
  );
  const { events: _, keyTimes: __, ...stored } = storage.dump();
  const { status, headers, body } = run.response;
  const comparisons = [
    compare(
      "calls",
      vector.calls.map(({ call }) => call),
      run.steps.map(({ call }) => call),
    ),
    compare("status", vector.response.status, status),
    compare("headers", inLowerCase(Object.entries({ ...ALWAYS, ...vector.response.headers })), inLowerCase(headers)),
    compare("body", vector.response.body, body),
    compare("records afterwards", inOrder({ ...before, ...vector.after }), inOrder(stored)),
  ];
  return { request, run, comparisons, world };
}

/** Returns whether all is as the vector expects. */
export function isMatch({ comparisons }: Judged): boolean {
  return comparisons.every(({ isSame }) => isSame);
}

function recordsBefore({ companies, keys, products }: VectorWorld, { before }: Vector): Stored {
  return { companies, keys, products, users: [], tokens: [], codes: [], ...before };
}

function rawRequest(request: VectorRequest): RawRequest {
  const { method, path, query = "", queryHex, body = "", bodyHex, bodyTooLarge, contentType, source } = request;
  const bytes = bodyHex === undefined ? utf8(body) : fromHex(bodyHex);
  return {
    method,
    path,
    query: queryHex === undefined ? utf8(query) : fromHex(queryHex),
    body: bodyTooLarge ? "too_large" : bytes,
    contentType,
    contentEncoding: [request.contentEncoding ?? []].flat(),
    authorization: [request.authorization ?? []].flat(),
    source,
  };
}

function compare(what: string, expected: unknown, actual: unknown): Comparison {
  return { what, expected, actual, isSame: canonical(expected) === canonical(actual) };
}

/** JSON in which the order of members does not count. */
function canonical(value: unknown): string {
  return JSON.stringify(value, (_, part: unknown) =>
    part !== null && typeof part === "object" && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1)))
      : part,
  );
}

function inLowerCase(headers: [name: string, value: string][]): Record<string, string> {
  return Object.fromEntries(headers.map(([name, value]) => [name.toLowerCase(), value]));
}

type Records = { [table: string]: { id?: number; digest?: string; name?: string }[] };

/** A storage gives records in an order of its own. */
function inOrder(records: Records): Records {
  const rank = ({ id, digest, name }: Records[string][number]) => String(id ?? digest ?? name);
  const ordered = (rows: Records[string]) => rows.toSorted((a, b) => (rank(a) < rank(b) ? -1 : 1));
  return Object.fromEntries(Object.entries(records).map(([table, rows]) => [table, ordered(rows)]));
}
