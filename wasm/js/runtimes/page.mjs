// Pages, in headless Chromium.

import { once } from "node:events";
import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import { extname, join } from "node:path";
import { chromium } from "playwright-core";

export const CHROMIUM = process.env.CHROMIUM ?? "/usr/bin/chromium";
export const OFFLINE = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];
export const TYPES = {
  ".css": "text/css",
  ".html": "text/html",
  ".js": "text/javascript",
  ".mjs": "text/javascript",
  ".svg": "image/svg+xml",
  ".wasm": "application/wasm",
};

/** Lends a page with this HTML, served beside the files of a directory, and the list of the paths it requests. */
export async function withPage(directory, html, use) {
  const requested = [];
  const server = createServer((request, response) => {
    const path = new URL(request.url, "http://page.example").pathname;
    requested.push(path);
    const file = path === "/" ? html : contentOf(join(directory, path));
    response.writeHead(file === undefined ? 404 : 200, { "content-type": TYPES[extname(path)] ?? "text/html" });
    response.end(file);
  });
  await once(server.listen(0, "127.0.0.1"), "listening");
  try {
    return await inBrowser(`http://127.0.0.1:${server.address().port}/`, (page) => use(page, requested));
  } finally {
    server.close();
  }
}

/** Lends the page at a URL. */
export async function inBrowser(url, use) {
  const browser = await chromium.launch({ executablePath: CHROMIUM, args: OFFLINE });
  try {
    const page = await browser.newPage();
    await page.goto(url);
    return await use(page);
  } finally {
    await browser.close();
  }
}

function contentOf(path) {
  try {
    return readFileSync(path);
  } catch {
    return undefined;
  }
}
