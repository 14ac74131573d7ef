import { readFileSync } from "node:fs";

/** What this package says of itself. */
export interface Manifest {
  version: string;
  peerDependencies: Record<string, string>;
}

/** Reads the package's own `package.json`. */
export function manifest(): Manifest {
  return JSON.parse(readFileSync(new URL("../../package.json", import.meta.url), "utf8")) as Manifest;
}
