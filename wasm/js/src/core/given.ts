import type { Source, Wasm } from "./wasm.js";

/** Returns a wasm that the caller gives later, and what takes it. Until then asking for it throws an error of these words. */
export function given(missing: string): { source: Source; use: (wasm: Wasm | Promise<Wasm> | Source) => void } {
  let source: Source = () => {
    throw new Error(missing);
  };
  return {
    source: () => source(),
    use: (wasm) => {
      source = typeof wasm === "function" ? (wasm as Source) : () => wasm;
    },
  };
}

/** The wasm that hashes, which all who are given a wasm share. */
export const givenArgon2id = given(
  "passwords need the wasm that hashes: call `useArgon2id` first, or give the option `passwords`",
);
