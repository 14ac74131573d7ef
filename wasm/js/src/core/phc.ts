// Password hashes as text, for what hashes in native code.

/** The costs of a hash, `memory` in KiB. */
export interface Costs {
  memory: number;
  passes: number;
  parallelism: number;
}

/** A hash that may be computed. */
export interface StoredHash extends Costs {
  nonce: Buffer;
  tag: Buffer;
}

export const TODAY: Costs = { memory: 19_456, passes: 2, parallelism: 1 };
export const TAG_BYTES = 32;
const SALT_BYTES = { least: 8, most: 48 };
const STORED_TAG_BYTES = { least: 10, most: 64 };

/** Reads a PHC string, if it may be computed: Argon2id version 19 within the bounds of the format. */
export function readHash(phc: string): StoredHash | undefined {
  const [, costs = "", salt = "", hash = ""] = /^\$argon2id\$v=19\$([^$]+)\$([^$]+)\$([^$]+)$/.exec(phc) ?? [];
  const pairs = costs.split(",").map((pair) => /^([mtp])=(0|[1-9][0-9]{0,5})$/.exec(pair));
  const { m = 0, t = 0, p = 0 } = Object.fromEntries(pairs.map((pair) => [pair?.[1], Number(pair?.[2])]));
  const isWithin = pairs.length === 3 && p >= 1 && p <= 4 && t >= 1 && t <= 10 && m >= 8 * p && m <= 65_536;
  const nonce = decode(salt, SALT_BYTES);
  const tag = decode(hash, STORED_TAG_BYTES);
  if (!isWithin || nonce === undefined || tag === undefined) return undefined;
  return { memory: m, passes: t, parallelism: p, nonce, tag };
}

/** Returns the PHC string of a hash of today's costs. */
export function writeHash(nonce: Buffer, tag: Buffer): string {
  const { memory, passes, parallelism } = TODAY;
  return `$argon2id$v=19$m=${memory},t=${passes},p=${parallelism}$${encode(nonce)}$${encode(tag)}`;
}

const encode = (bytes: Buffer) => bytes.toString("base64").replace(/=+$/, "");

/** The bytes of unpadded base64. What would be written otherwise is none: Node's own reader overlooks much. */
function decode(text: string, { least, most }: { least: number; most: number }): Buffer | undefined {
  const bytes = Buffer.from(text, "base64");
  return encode(bytes) === text && bytes.length >= least && bytes.length <= most ? bytes : undefined;
}
