// Finds links of Markdown that lead nowhere, and paths of the repository that are named in `code` and are not there. What git
// ignores is not there: a fresh clone has none of it.
// `node .ci/links.mjs` looks through every tracked page; the changelog may name what is gone, and the copy of the format that
// the kit carries is read by the kit alone.

import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { fileURLToPath } from "node:url";

export const ROOT = fileURLToPath(new URL("..", import.meta.url));
const PLACES = /`((?:\.ci|\.github|conformance|core|spec|wasm)\/[\w./-]+)`/g;
const SOURCES = /^https:\/\/github\.com\/ssokey\/ssokey\/(?:blob|tree)\/main\/([^#]*)(?:#(.*))?$/;

const there = new Set(
  execFileSync("git", ["ls-files", "-z", "--cached", "--others", "--exclude-standard"], { cwd: ROOT, encoding: "utf8" })
    .split("\0")
    .flatMap((file) => [file, ...folders(file)]),
);

/** Returns the broken links of a page, as sentences. A relative link must stay below `root`, such as an unpacked package. */
export function brokenLinks(page, root = ROOT) {
  const links = [...prose(page).matchAll(/\]\(([^)\s]+)\)/g)].map(([, target]) => target);
  const places = [...prose(page).matchAll(PLACES)].map(([, place]) => place);
  const broken = [
    ...links.filter((link) => !leadsSomewhere(link, page, root)),
    ...places.filter((place) => !there.has(place.replace(/\/$/, ""))),
  ];
  return broken.map((target) => `${relative(root, page)}: ${target} leads nowhere`);
}

function leadsSomewhere(link, page, root) {
  const source = SOURCES.exec(link);
  if (source) return exists(join(ROOT, decodeURIComponent(source[1])), source[2]);
  if (/^[a-z]+:/.test(link)) return true;
  const [path, anchor] = link.split("#");
  const target = path === "" ? page : resolve(dirname(page), decodeURIComponent(path));
  return !relative(root, target).startsWith("..") && exists(target, anchor);
}

/** Returns the folders that a file is in, from the deepest. */
function folders(file) {
  const folder = dirname(file);
  return folder === "." ? [] : [folder, ...folders(folder)];
}

function exists(file, anchor) {
  return existsSync(file) && (!anchor || anchors(file).includes(anchor));
}

/** Returns the names that GitHub gives the headings of a page. */
function anchors(file) {
  const headings = [...prose(file).matchAll(/^#+ +(.+)$/gm)].map(([, heading]) => heading.toLowerCase());
  return headings.map((heading) => heading.replace(/[^\p{L}\p{N} _-]/gu, "").replaceAll(" ", "-"));
}

/** Reads a page without its blocks of code. */
function prose(file) {
  return readFileSync(file, "utf8").replace(/^```[\s\S]*?^```/gm, "");
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const pages = execFileSync("git", ["ls-files", "-z", "*.md", ":!CHANGELOG.md", ":!conformance/spec"], {
    cwd: ROOT,
    encoding: "utf8",
  })
    .split("\0")
    .filter(Boolean);
  const broken = pages.flatMap((page) => brokenLinks(join(ROOT, page)));
  for (const sentence of broken) console.error(sentence);
  console.log(`${pages.length} pages, ${broken.length} broken links`);
  process.exitCode = broken.length === 0 && pages.length > 0 ? 0 : 1;
}
