import type { Argon2id } from "./argon2id.js";
import { isBytes, isWithin, requireOptions } from "./check.js";
import { loadArgon2id } from "./hashing.js";
import { requireHashCall, type Verdict } from "./passwords.js";
import type { ModuleSource } from "./wasm.js";

/** The costs of a hash and the length of its tag, all inclusive, and what may go into it besides password and salt. */
export interface Parameters {
  /** Memory in KiB: 8 for each lane, to 4,194,304, of which a runtime gives less. */
  memory: number;
  /** The number of passes over the memory, 1 to 4,294,967,295. */
  passes: number;
  /** The number of lanes of the memory, 1 to 16,777,215. */
  parallelism: number;
  /** The length of the tag in bytes, 4 to 4,294,967,295. */
  tagLength: number;
  secret?: Uint8Array | undefined;
  associatedData?: Uint8Array | undefined;
}

/** Argon2id version 19 of bytes, in this thread. */
export interface Kernel {
  /**
   * Returns the tag of a password and a salt.
   *
   * Throws a `TypeError` that names what is not a `Uint8Array`, a `RangeError` that names the parameter which is out of its bounds, a
   * `SettingsError` that names one which is unknown, and an `Error` if there is not enough memory.
   */
  raw(password: Uint8Array, salt: Uint8Array, parameters: Parameters): Uint8Array;
  /**
   * Returns the PHC string of a password of 1 to 1,024 bytes with m=19456 KiB, t=2, p=1 and a tag of 32 bytes. `salt` is 16 random bytes.
   *
   * Throws a `TypeError` if either is not, and an `Error` if there is not enough memory.
   */
  hash(password: string, salt: Uint8Array): string;
  /**
   * Compares a password with a PHC string in constant time. One that is not of Argon2id version 19, or asks for more than m=65536 KiB,
   * t=10 or p=4, is `unreadable`, and that before any memory is taken.
   *
   * Throws a `TypeError` if the password does not have 1 to 1,024 bytes, and an `Error` if there is not enough memory.
   */
  verify(password: string, passwordHash: string): Verdict;
}

/** Returns what gives the kernel, from the module that `source` has. */
export function kernelLoader(source: ModuleSource): () => Promise<Kernel> {
  return async () => kernelOver(await loadArgon2id(source));
}

const NOTHING = new Uint8Array();
const PARAMETERS = ["memory", "passes", "parallelism", "tagLength", "secret", "associatedData"];

function kernelOver(argon2id: Argon2id): Kernel {
  return {
    raw(password, salt, parameters) {
      requireOptions(parameters, PARAMETERS, "such as `{ memory: 19456, passes: 2, parallelism: 1, tagLength: 32 }`");
      const { memory, passes, parallelism, tagLength, secret = NOTHING, associatedData = NOTHING } = parameters;
      const parts = Object.entries({ password, salt, secret, associatedData });
      for (const [name, part] of parts) if (!isBytes(part)) throw new TypeError(`\`${name}\` must be a Uint8Array`);
      check("parallelism", parallelism, 1, 0xff_ffff);
      check("memory", memory, 8 * parallelism, 0x40_0000);
      check("passes", passes, 1, 0xffff_ffff);
      check("tagLength", tagLength, 4, 0xffff_ffff);
      const bytes = parts.map(([, part]) => part);
      const tag = argon2id.raw(bytes, memory, passes, parallelism, tagLength);
      if (tag === undefined) throw new Error(`there is not enough memory for \`memory\` ${memory}`);
      return tag;
    },
    hash(password, salt) {
      if (!isBytes(salt) || salt.length !== 16) throw new TypeError("`salt` must be a Uint8Array of 16 bytes");
      const digits = Array.from(salt, (byte) => byte.toString(16).padStart(2, "0")).join("");
      requireHashCall(["hash", password, digits]);
      return computed(argon2id.hash(password, digits));
    },
    verify(password, passwordHash) {
      requireHashCall(["verify", password, passwordHash]);
      return computed(argon2id.verify(password, passwordHash)) as Verdict;
    },
  };
}

function computed(answer: string | undefined): string {
  if (answer === undefined) throw new Error("there is not enough memory for the hash");
  return answer;
}

function check(name: string, value: number, least: number, most: number): void {
  if (isWithin(value, least, most)) return;
  throw new RangeError(`\`${name}\` must be an integer from ${least} to ${most}`);
}
