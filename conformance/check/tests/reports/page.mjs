// The HTML report in Chromium: opened from a file, filtered, looked at and printed.

import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { pathToFileURL } from "node:url";
import { chromium } from "playwright-core";
import { reportsOfFaulty } from "./run.mjs";

const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const OFFLINE = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];
const OUTCOMES = ["failed", "could-not-run", "known", "passed", "not-applicable"];
const WIDE = { width: 1280, height: 900 };

let browser, folder, url, report;
before(async () => {
  const { html, json } = await reportsOfFaulty();
  report = JSON.parse(json);
  folder = mkdtempSync(join(tmpdir(), "ssokey-page-"));
  writeFileSync(join(folder, "report.html"), html);
  url = pathToFileURL(join(folder, "report.html")).href;
  browser = await chromium.launch({ executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium", args: OFFLINE });
});
after(async () => {
  await browser?.close();
  if (folder !== undefined) rmSync(folder, { recursive: true });
});

/** Lends the page. It must load nothing but itself, run nothing of the server's, and log nothing. */
async function withPage(options, use) {
  const page = await browser.newPage({ viewport: WIDE, ...options });
  const faults = [];
  page.on("console", (message) => faults.push(`console: ${message.text()}`));
  page.on("pageerror", (error) => faults.push(`error: ${error}`));
  page.on("dialog", (dialog) => faults.push(`dialog: ${dialog.message()}`));
  page.on("request", (request) => {
    if (request.url() !== url) faults.push(`request: ${request.url()}`);
  });
  try {
    await page.goto(url);
    await use(page);
  } finally {
    await page.close();
  }
  assert.deepEqual(faults, []);
}

const count = (outcome) => report.counts[outcome.replaceAll("-", "_")];

/** Returns the number of checks that are seen, of an outcome if one is named. */
const seen = (page, outcome = "") =>
  page
    .locator(`details.check${outcome && `[data-outcome="${outcome}"]`}`)
    .filter({ visible: true })
    .count();

async function only(page, wanted) {
  for (const outcome of OUTCOMES) await page.locator(`input[value="${outcome}"]`).setChecked(wanted.includes(outcome));
}

test("the counts are those of the run, and those of the rows", () =>
  withPage({}, async (page) => {
    assert.equal(await page.locator("h1").textContent(), "NOT CONFORMANT");
    assert.equal(await seen(page, "passed"), 0, "what passed is shown when it is asked for");
    await only(page, OUTCOMES);
    for (const outcome of OUTCOMES) {
      assert.equal(await page.locator(`[data-tally="${outcome}"] b`).textContent(), String(count(outcome)));
      assert.equal(await seen(page, outcome), count(outcome), outcome);
    }
    const cells = await page
      .locator("tbody tr")
      .evaluateAll((rows) => rows.map((row) => [...row.cells].map((cell) => cell.textContent)));
    for (const [place, outcome] of OUTCOMES.entries()) {
      const sum = cells.reduce((total, row) => total + Number(row[place + 1]), 0);
      assert.equal(sum, count(outcome), `${outcome} in the table`);
    }
  }));

test("filters by outcome, profile, level and text leave what they name", () =>
  withPage({}, async (page) => {
    const shown = page.locator("#shown");
    const all = report.checks.length;
    for (const outcome of OUTCOMES) {
      await only(page, [outcome]);
      assert.deepEqual([await seen(page), await seen(page, outcome)], [count(outcome), count(outcome)]);
      assert.equal(await shown.textContent(), `${count(outcome)} of ${all} checks shown`);
    }
    await only(page, OUTCOMES);
    await page.locator("select[name=profile]").selectOption("launch");
    assert.equal(await seen(page), report.checks.filter(({ profile }) => profile === "launch").length);
    assert.equal(await page.locator("section.profile").filter({ visible: true }).count(), 1);
    await page.locator("select[name=profile]").selectOption("");
    await page.locator("select[name=level]").selectOption("SHOULD");
    assert.equal(await seen(page), report.checks.filter(({ level }) => level === "SHOULD").length);
    await page.locator("select[name=level]").selectOption("");
    await page.locator("input[name=text]").fill("REFUSES-other-paths  alert(1)");
    const hostile = report.checks.filter(({ id, outcome }) => id.endsWith("refuses-other-paths") && outcome === "failed");
    assert.equal(await seen(page), hostile.length);
  }));

test("a failure is read, and its exchange opened, by keyboard", () =>
  withPage({}, async (page) => {
    const failed = report.checks.find(({ outcome }) => outcome === "failed");
    await page.locator("input[name=text]").focus();
    await page.keyboard.type(failed.id);
    const row = page.locator("details.check").filter({ visible: true });
    assert.equal(await row.count(), 1);
    // biome-ignore lint/performance/useDomNodeTextContent: only what is shown counts.
    const told = await row.innerText();
    const [{ expected, actual }] = failed.mismatches;
    const [{ sentence, why }] = failed.requirements;
    for (const text of [sentence.replaceAll("`", ""), why, expected, actual, failed.again])
      assert.ok(told.includes(text), `${text} in ${told}`);
    const pressed = async (key, selector) => {
      for (let presses = 0; presses < 20; presses += 1) {
        await page.keyboard.press("Tab");
        if (await page.evaluate((it) => document.activeElement.matches(it), selector)) return page.keyboard.press(key);
      }
      return assert.fail(`no Tab leads to ${selector}`);
    };
    await pressed("Enter", ".talks > summary");
    await pressed("Space", ".differs > summary");
    const [request, answer] = await row.locator(".differs[open] pre").allInnerTexts();
    assert.match(request, /^[A-Z]+ \/api\/.*ssokey=\[key\]/s);
    assert.match(answer, /^HTTP 404\n.*<script>alert\(1\)<\/script>/s);
  }));

test("without scripts everything is there but the filter", () =>
  withPage({ javaScriptEnabled: false }, async (page) => {
    assert.equal(await seen(page), report.checks.length);
    assert.ok(await page.locator("#filter").isHidden());
    await page.locator("details.check.passed > summary").first().click();
    assert.ok(await page.locator("details.check.passed[open] blockquote").first().isVisible());
  }));

for (const colorScheme of ["light", "dark"])
  for (const [size, viewport] of Object.entries({ wide: WIDE, narrow: { width: 360, height: 740 } }))
    test(`a screenshot is whole, and axe finds nothing (${colorScheme}, ${size})`, (context) =>
      withPage({ colorScheme, viewport }, async (page) => {
        await page
          .locator("details.differs")
          .first()
          .evaluate((talk) => (talk.open = talk.closest(".talks").open = true));
        const picture = await page.screenshot();
        const { brightness, colours } = await page.evaluate(measure, picture.toString("base64"));
        context.diagnostic(`${colours} colours, brightness ${brightness.toFixed(2)}`);
        assert.ok(colours > 50, `the screenshot is nearly blank: ${colours} colours`);
        assert.ok(colorScheme === "light" ? brightness > 0.7 : brightness < 0.3, `brightness ${brightness}`);
        assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), "the page scrolls sideways");
        // By the protocol, which the page's policy does not concern.
        await page.evaluate(AXE);
        const { violations } = await page.evaluate(() => globalThis.axe.run());
        assert.deepEqual(
          violations.map(({ id, nodes }) => [id, nodes.slice(0, 3).map(({ html }) => html)]),
          [],
        );
      }));

/** Returns the brightness of a picture, 0 to 1, and the number of its colours. */
async function measure(base64) {
  const bytes = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
  const bitmap = await createImageBitmap(new Blob([bytes], { type: "image/png" }));
  const drawing = new OffscreenCanvas(bitmap.width, bitmap.height).getContext("2d");
  drawing.drawImage(bitmap, 0, 0);
  const pixels = new Uint32Array(drawing.getImageData(0, 0, bitmap.width, bitmap.height).data.buffer);
  const sum = pixels.reduce((total, pixel) => total + (pixel & 255) + ((pixel >> 8) & 255) + ((pixel >> 16) & 255), 0);
  return { brightness: sum / pixels.length / 3 / 255, colours: new Set(pixels).size };
}

test("paper has what did not pass, opened, and no filter", () =>
  withPage({ colorScheme: "dark" }, async (page) => {
    await page.locator("#close").click();
    await page.emulateMedia({ media: "print" });
    const bodies = (outcome) => page.locator(`details.check[data-outcome="${outcome}"] > .body`);
    for (const outcome of OUTCOMES.filter((it) => it !== "passed")) {
      const shown = await bodies(outcome).evaluateAll(
        (all) => all.filter((body) => body.checkVisibility({ contentVisibilityAuto: true })).length,
      );
      assert.equal(shown, count(outcome), outcome);
    }
    assert.ok(await bodies("passed").first().isHidden());
    assert.ok(await page.locator("#filter").isHidden());
    const colour = await page.evaluate(() => getComputedStyle(document.querySelector("details.check")).backgroundColor);
    assert.equal(colour, "rgb(255, 255, 255)", "light on paper, whatever the screen is");
    const paper = await page.pdf({ format: "A4" });
    assert.ok(paper.length > 20_000 && paper.subarray(0, 5).toString() === "%PDF-");
  }));
