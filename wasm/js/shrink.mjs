// Makes what tsc wrote small enough to carry the wasm twice: drops the white space of the JavaScript, whose names stay for stack traces,
// and the types that no entry leads to, and indents the others by tabs.

import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { posix } from "node:path";
import { transformSync } from "esbuild";

const PACKAGE = new URL("./", import.meta.url);
const textOf = (file) => readFileSync(new URL(file, PACKAGE), "utf8");

const files = readdirSync(new URL("dist", PACKAGE), { recursive: true }).map((file) => `dist/${file.replaceAll("\\", "/")}`);

for (const file of files) {
  if (!file.endsWith(".js") || file.startsWith("dist/playground/")) continue;
  const { code } = transformSync(textOf(file), { format: "esm", target: "es2023", minifySyntax: true, minifyWhitespace: true });
  writeFileSync(new URL(file, PACKAGE), code);
}

const reached = new Set();
typesOf(JSON.parse(textOf("package.json")).exports).forEach(reach);
// Those of the bindings stand in `dist` itself, and the next build needs them.
const isOwn = (file) => /^dist\/.+\/.+\.d\.ts$/.test(file);
const tabs = (spaces) => "\t".repeat(spaces.length / 4);
for (const file of files.filter(isOwn)) {
  if (reached.has(file)) writeFileSync(new URL(file, PACKAGE), textOf(file).replace(/^(?: {4})+/gm, tabs));
  else rmSync(new URL(file, PACKAGE));
}

/** The files of types that a part of the manifest's `exports` names. */
function typesOf(target) {
  if (typeof target === "string") return target.endsWith(".d.ts") ? [posix.normalize(target)] : [];
  return Object.values(target).flatMap(typesOf);
}

function reach(file) {
  if (reached.has(file) || !existsSync(new URL(file, PACKAGE))) return;
  reached.add(file);
  for (const [, name] of textOf(file).matchAll(/(?:from |import\()"(\.[^"]+)\.js"/g)) {
    reach(posix.join(posix.dirname(file), `${name}.d.ts`));
  }
}
