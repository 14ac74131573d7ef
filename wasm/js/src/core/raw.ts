// `decide` for hosts that make their requests themselves: what is wrong with one is said by its name.

import { isBytes } from "./check.js";
import { decide as decideWhole, type RawRequest } from "./decide.js";

/**
 * Decides one request: steps the core until it is done, and lets `answer` carry out each call on the way.
 *
 * Rejects with a `TypeError` that names what is wrong with the request, with a `SettingsError` that names what is wrong with the moment,
 * if the core trapped, or if `answer` rejected.
 */
export const decide: typeof decideWhole = async (core, request, moment, answer) => {
  requireRequest(request);
  return decideWhole(core, request, moment, answer);
};

type Kind = [isRight: (value: unknown) => boolean, what: string];

const isText = (value: unknown) => typeof value === "string";
const TEXT: Kind = [isText, "a string"];
const OPTIONAL: Kind = [(value) => value == null || isText(value), "a string or `undefined`"];
const LIST: Kind = [(value) => Array.isArray(value) && value.every(isText), "a list of strings"];

const KINDS: Record<Exclude<keyof RawRequest, "signal">, Kind> = {
  method: TEXT,
  path: TEXT,
  query: [isBytes, "a `Uint8Array`"],
  contentType: OPTIONAL,
  authorization: LIST,
  contentEncoding: LIST,
  source: OPTIONAL,
  body: [(value) => isBytes(value) || value === "too_large", '`"too_large"` or a `Uint8Array`'],
};

function requireRequest(request: unknown): void {
  const given = Object(request) as Record<string, unknown>;
  for (const [name, [isRight, what]] of Object.entries(KINDS)) {
    if (!isRight(given[name])) throw new TypeError(`\`${name}\` of the request must be ${what}`);
  }
}
