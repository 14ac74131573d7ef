// The module that hashes, in this thread. A thread of the pool has this file as its program, so it imports nothing.

/**
 * Argon2id, of what was checked. Each method gives `undefined` if there is not enough memory, and throws if the wasm trapped.
 */
export interface Argon2id {
  /** Compares a password with a PHC string: `match`, `no_match` or `unreadable`. */
  verify(password: string, passwordHash: string): string | undefined;
  /** Returns the PHC string of a password. `salt` is 16 bytes as hexadecimal digits. */
  hash(password: string, salt: string): string | undefined;
  /** Returns the tag of these bytes: password, salt, secret and associated data. */
  raw(
    parts: readonly Uint8Array[],
    memory: number,
    passes: number,
    parallelism: number,
    tagLength: number,
  ): Uint8Array | undefined;
}

type Numbers = (...numbers: number[]) => number;
interface Exports {
  memory: { buffer: ArrayBuffer };
  reserve: Numbers;
  verify: Numbers;
  hash: Numbers;
  raw: Numbers;
}

// A global that not every set of types declares.
declare const WebAssembly: { Instance: new (module: object) => { exports: Exports } };

/**
 * The most memory that an instance may keep, in bytes. A hash of today's costs takes 19 MiB and a new instance less than 1 MiB; memory
 * that a hash of larger costs took would never be given back.
 */
const MOST_MEMORY = (19_456 + 1024) * 1024;
const OUT_OF_MEMORY = 0xffff_ffff;
const INVALID = 0xffff_fffe;
const PHC_BYTES = 128;
const VERDICTS = ["match", "no_match", "unreadable"];

/** Returns Argon2id by an instance of the compiled module, which stands from the first call on and is replaced after a trap. */
export function argon2idOver(module: object): Argon2id {
  let exports: Exports | undefined;

  /** Hands bytes to a call. Gives what it returned, and the bytes at the beginning of the buffer that it left. */
  function call(parts: readonly Uint8Array[], room: number, use: (exports: Exports) => number): [number, Uint8Array] | undefined {
    exports ??= new WebAssembly.Instance(module).exports;
    const current = exports;
    // Whatever breaks off halfway leaves an instance behind that is not used again.
    exports = undefined;
    const length = Math.max(
      room,
      parts.reduce((sum, { length }) => sum + length, 0),
    );
    const address = current.reserve(length) >>> 0;
    let code = OUT_OF_MEMORY;
    if (address !== 0) {
      const buffer = new Uint8Array(current.memory.buffer, address, length);
      let offset = 0;
      for (const part of parts) {
        buffer.set(part, offset);
        offset += part.length;
      }
      code = use(current) >>> 0;
    }
    const written = new Uint8Array(current.memory.buffer, address, code < INVALID ? room : 0);
    const output = written.slice();
    written.fill(0);
    if (current.memory.buffer.byteLength <= MOST_MEMORY) exports = current;
    if (code === INVALID) throw new TypeError("a password has 1 to 1,024 bytes");
    return code === OUT_OF_MEMORY ? undefined : [code, output];
  }

  return {
    verify(password, passwordHash) {
      const [first, second] = [bytesOf(password), bytesOf(passwordHash)];
      const answer = call([first, second], 0, ({ verify }) => verify(first.length, second.length));
      return answer && VERDICTS[answer[0]];
    },
    hash(password, salt) {
      const first = bytesOf(password);
      const answer = call([first, saltOf(salt)], PHC_BYTES, ({ hash }) => hash(first.length));
      return answer && new TextDecoder().decode(answer[1].subarray(0, answer[0]));
    },
    raw(parts, memory, passes, parallelism, tagLength) {
      const lengths = parts.map(({ length }) => length);
      return call(parts, tagLength, ({ raw }) => raw(...lengths, memory, passes, parallelism, tagLength))?.[1];
    },
  };
}

function bytesOf(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

function saltOf(text: string): Uint8Array {
  return Uint8Array.from(text.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
}
