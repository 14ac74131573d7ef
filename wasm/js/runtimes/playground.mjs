// The playground in Chromium: as `ssokey serve --playground` serves it, and as `ssokey playground` writes it for a static host.

import { execFileSync } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { extname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { chromium } from "playwright-core";
import { listening } from "./listening.mjs";
import { CHROMIUM, OFFLINE, TYPES } from "./page.mjs";

const CLI = fileURLToPath(new URL("../dist/entries/cli.js", import.meta.url));
const BASE = "/some/where/";

/** Starts `ssokey serve --playground` over a new database. */
export async function startServe() {
  const directory = mkdtempSync(join(tmpdir(), "ssokey-playground-"));
  const args = [CLI, "serve", "--db", join(directory, "sso.db"), "--port", "0", "--playground"];
  const { url, stop } = await listening(process.execPath, args);
  return { url: `${url}/playground`, stop: () => stop().finally(() => rmSync(directory, { recursive: true })) };
}

/** Serves what `ssokey playground` writes, below a path, by a server that knows nothing of it. */
export async function startStatic() {
  const directory = mkdtempSync(join(tmpdir(), "ssokey-playground-"));
  execFileSync(process.execPath, [CLI, "playground", directory]);
  const server = createServer((request, response) => {
    const name = request.url.slice(BASE.length) || "index.html";
    try {
      const content = readFileSync(join(directory, name));
      response.writeHead(200, { "content-type": TYPES[extname(name)] ?? "application/octet-stream" }).end(content);
    } catch {
      response.writeHead(404).end();
    }
  });
  await once(server.listen(0, "127.0.0.1"), "listening");
  const stop = async () => {
    server.closeAllConnections();
    await new Promise((closed) => server.close(closed));
    rmSync(directory, { recursive: true });
  };
  return { url: `http://127.0.0.1:${server.address().port}${BASE}`, stop };
}

/** Lends the page at `url`, loaded. It must ask nobody else for anything, and log nothing. */
export async function withPage(browser, url, options, use) {
  const page = await browser.newPage(options);
  const faults = [];
  page.on("console", (message) => faults.push(`console: ${message.text()}`));
  page.on("pageerror", (error) => faults.push(`error: ${error}`));
  page.on("request", (request) => {
    if (!request.url().startsWith(url)) faults.push(`request: ${request.url()}`);
  });
  page.on("response", (response) => {
    if (response.status() >= 400) faults.push(`status ${response.status()}: ${response.url()}`);
  });
  try {
    await page.goto(url);
    await settled(page);
    await page.locator("#vector option").first().waitFor({ state: "attached" });
    await use(page);
  } finally {
    await page.close();
  }
  if (faults.length > 0) throw new Error(faults.join("\n"));
}

export async function startBrowser() {
  return chromium.launch({ executablePath: CHROMIUM, args: OFFLINE });
}

/** Waits until nothing is being decided. */
export async function settled(page) {
  await page.locator("#result[aria-busy=false]").waitFor();
}

/** Presses Tab until the element with this id has the focus. */
export async function tabTo(page, id) {
  for (let presses = 0; presses < 80; presses += 1) {
    if ((await page.evaluate(() => document.activeElement?.id)) === id) return;
    await page.keyboard.press("Tab");
  }
  throw new Error(`no Tab leads to ${id}`);
}

/** Puts a text in place of what the field with the focus holds. */
export async function retype(page, text) {
  await page.keyboard.press("Control+A");
  await page.keyboard.type(text);
}

/** Returns the parts of a decision that the page shows. */
export async function shown(page) {
  return page.evaluate(() => {
    const text = (selector) => document.querySelector(selector)?.textContent ?? "";
    const steps = [...document.querySelectorAll("#steps > li summary")];
    return {
      headline: text("#headline"),
      tone: document.querySelector("#verdict").dataset.tone,
      status: text("#status"),
      steps: steps.map((step) => [...step.querySelectorAll("code")].map((code) => code.textContent).join(" ")),
      answer: JSON.parse(text("#answer > pre")),
      raw: text("#raw"),
      curl: [...document.querySelectorAll("#curl .command")].map((command) => command.textContent),
      records: text("#records"),
    };
  });
}

/** Sends by Enter, and waits for the headline. */
export async function enter(page, headline) {
  await page.keyboard.press("Enter");
  await page.locator("#headline", { hasText: headline }).waitFor();
  await settled(page);
  return shown(page);
}
