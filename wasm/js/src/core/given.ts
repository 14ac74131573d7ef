import { compiled, type ModuleSource, type Wasm } from "./wasm.js";

/** A wasm of the caller's, or what gets it. */
export type Given = Wasm | Promise<Wasm> | (() => Wasm | Promise<Wasm>);

/** Returns a wasm that the caller gives later, and what takes it. Until then asking for it throws an error of these words. */
export function given(missing: string): { source: ModuleSource; use: (wasm: Given) => void } {
  let get = (): Wasm | Promise<Wasm> => {
    throw new Error(missing);
  };
  return {
    source: async () => compiled(await get()),
    use: (wasm) => {
      get = typeof wasm === "function" ? (wasm as typeof get) : () => wasm;
    },
  };
}

/** The wasm that hashes, which all who are given a wasm share. */
export const givenArgon2id = given(
  "passwords need the wasm that hashes: call `useArgon2id` first, or give the option `passwords`",
);
