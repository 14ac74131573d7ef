// Puts what is not compiled beside what is: the page's texts, the vectors as one file, and the list of the site's files.

import { copyFileSync, readFileSync, writeFileSync } from "node:fs";
import { join, posix } from "node:path";
import { fileURLToPath } from "node:url";
import { readVectors } from "../vectors/read.mjs";

const HERE = fileURLToPath(new URL(".", import.meta.url));
const DIST = fileURLToPath(new URL("../dist/", import.meta.url));
const TEXTS = ["index.html", "style.css", "icon.svg"];
// The last is loaded when its tab is opened.
const ENTRIES = ["main.js", "theme.js", "tabs.js", "judge/panel.js"].map((file) => `playground/${file}`);
const JUDGE = ["judge.wasm", "judge-bindings.js"];

for (const file of TEXTS) copyFileSync(join(HERE, file), join(DIST, "playground", file));

for (const file of JUDGE) copyFileSync(join(DIST, file), join(DIST, "playground", file));

writeFileSync(join(DIST, "playground/vectors.json"), JSON.stringify(readVectors()));

/** A module and all that it imports, by their paths in `dist`. */
function reached(file, seen = new Set()) {
  if (seen.has(file)) return seen;
  seen.add(file);
  const source = readFileSync(join(DIST, file), "utf8");
  for (const [, name] of source.matchAll(/(?:from|import) ?"(\.[^"]+)"/g)) reached(posix.join(posix.dirname(file), name), seen);
  return seen;
}

const modules = [...new Set(ENTRIES.flatMap((file) => [...reached(file)]))];
const others = ["vectors.json", ...JUDGE, ...TEXTS].map((file) => `playground/${file}`);
writeFileSync(join(DIST, "playground/files.json"), JSON.stringify([...modules, ...others].sort()));
