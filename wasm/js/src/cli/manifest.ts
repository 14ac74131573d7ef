import { readFileSync } from "node:fs";

/** The parts of `package.json` that are needed here. */
export interface Manifest {
  version: string;
  peerDependencies: Record<string, string>;
}

/** Reads the package's own `package.json`. */
export function manifest(): Manifest {
  return JSON.parse(readFileSync(new URL("../../package.json", import.meta.url), "utf8")) as Manifest;
}
