// Reads the vectors of the format from `spec/vectors`.

import { readdirSync, readFileSync } from "node:fs";
import { expander } from "./expand.mjs";

export const VECTORS = new URL("../../../spec/vectors/", import.meta.url);
const WORLD = "world.json";

/** Returns what all vectors share and the vectors, expanded; each vector names its file. */
export function readVectors() {
  const written = writtenVectors();
  const { world, expand } = expander(written.world);
  return { world, vectors: written.vectors.map(expand) };
}

/** Returns the same, unexpanded. */
export function writtenVectors() {
  const files = fileNames().filter((name) => name !== WORLD);
  const vectors = files.flatMap((name) => parsed(name).map((vector) => ({ file: name.replace(".json", ""), ...vector })));
  return { world: parsed(WORLD), vectors };
}

/** Returns the names of the files, `world.json` too, in order. */
export function fileNames() {
  return readdirSync(VECTORS)
    .filter((name) => name.endsWith(".json"))
    .sort();
}

function parsed(name) {
  return JSON.parse(readFileSync(new URL(name, VECTORS), "utf8"));
}
