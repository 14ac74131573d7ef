// The checks of the machine and of the settings.

import { existsSync, statSync } from "node:fs";
import { availableParallelism, totalmem } from "node:os";
import type { Limits } from "../../storage/limit.js";
import { isPath } from "../database.js";
import { serverPasswords } from "../hashing.js";
import { fail, ok, warn } from "./finding.js";

const MEBIBYTE = 1_048_576;
/** The memory of a thread that hashes, and of the rest of the process. */
const PER_THREAD = 50 * MEBIBYTE;
const REST = 120 * MEBIBYTE;
/** A hash waits no longer for its turn, in milliseconds. */
const LONGEST_WAIT = 1_000;

/** What a machine hashes with. */
export interface Hashing {
  threads: number;
  /** The bytes of memory that the process may have. */
  memory: number;
  /** The time of one hash. */
  milliseconds: number;
  /** What is to be said of the code that hashes, if anything. */
  note?: string | undefined;
}

/** Measures the machine. */
export async function measured(): Promise<Hashing> {
  let note: string | undefined;
  const pool = serverPasswords((message) => (note = message), { threads: 1 });
  try {
    const hash = () => pool.hash("a password to measure by", "00".repeat(16));
    // The first one starts the thread.
    await hash();
    const start = performance.now();
    await hash();
    const milliseconds = performance.now() - start;
    const limit = process.constrainedMemory?.() ?? 0;
    const memory = limit > 0 ? Math.min(limit, totalmem()) : totalmem();
    return { threads: availableParallelism(), memory, milliseconds, note };
  } finally {
    await pool.close();
  }
}

/** Compares the threads with cores and memory, and the time of a hash with what a request waits. */
export function hashing({ threads, memory, milliseconds, note }: Hashing) {
  const needed = Math.ceil((threads * PER_THREAD + REST) / MEBIBYTE);
  const costs = `a hash (19 MiB, t=2, p=1) takes ${Math.round(milliseconds)} ms`;
  if (needed * MEBIBYTE > memory)
    return fail(
      `${threads} threads that hash need ${needed} MiB, and the process may have ${Math.floor(memory / MEBIBYTE)}; give it more memory or fewer cores`,
    );
  if (milliseconds > LONGEST_WAIT / 2) return warn(`${costs}; the machine is too slow or too busy: give it more of a core`);
  const rate = `about ${Math.floor((threads * 1000) / milliseconds)} in a second on ${threads} threads`;
  return ok([`${costs}, ${rate}`, ...(note === undefined ? [] : [note])].join("; "));
}

/** Tells of guesses that are not limited. */
export function limited(limits: Limits, direct: "on" | "off") {
  const open = [...(direct === "on" && limits.direct === undefined ? ["direct sign-ins"] : [])];
  if (limits.local === undefined) open.push("sign-ons to users who are managed locally");
  if (open.length > 0) return warn(`no limit on ${open.join(" and on ")}: passwords can be guessed; see \`--limit\``);
  return ok(direct === "off" ? "guesses are limited, and direct sign-in is off" : "guesses are limited");
}

/** Where the setting `db` stands. */
export interface Given {
  place: string;
  source: string | undefined;
  /** The configuration file. */
  file: string;
}

/** Tells whether secrets are where others may read them. It repeats none. */
export function secrets({ place, source, file }: Given) {
  if (isPath(place))
    return isOpen(place)
      ? fail("others may read the database, and the hashes in it; say chmod 600 on it")
      : ok("nobody else may read the database");
  const hasPassword = /^[^/]+\/\/[^/@]*:[^/@]+@/.test(place) || /[?&]password=./i.test(place);
  if (hasPassword && source === "cli")
    return warn("the database's password is in the command line, which others on this machine see; give the URL by SSOKEY_DB");
  if (hasPassword && source === "config" && isOpen(file))
    return fail(`others may read \`${file}\`, which has the database's password; say chmod 600 on it`);
  if (/^(libsql|https?|wss?):/i.test(place) && !process.env["SSOKEY_DB_TOKEN"])
    return isLocal(place)
      ? ok("no token is set; the database is on this machine")
      : warn("no token is set; give the database's by SSOKEY_DB_TOKEN");
  return ok(hasPassword ? "the database's password is not in the command line" : "the URL has no password");
}

function isOpen(path: string): boolean {
  return process.platform !== "win32" && existsSync(path) && (statSync(path).mode & 0o077) !== 0;
}

function isLocal(url: string): boolean {
  return /\/\/([^/@]*@)?(localhost|127\.|\[::1\])/i.test(url);
}
