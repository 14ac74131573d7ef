// The steps of a person in the playground, in Chromium, by the keyboard alone.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { after, before, test } from "node:test";
import { enter, retype, settled, startBrowser, startServe, startStatic, tabTo, withPage } from "./playground.mjs";

const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const SIZES = { wide: { width: 1280, height: 900 }, narrow: { width: 360, height: 740 } };
const THEMES = ["light", "dark"];
const CREATE = ["admit admitted", "find_key key", "find_user none", "hash_password hashed", "create_user created"];
const MATCH = ["admit admitted", "find_key key", "find_user user", "verify_password match"];
const REPLACE = [
  ...["admit admitted", "find_key key", "find_user user", "verify_password no_match"],
  ...["admit admitted", "hash_password hashed", "replace_password replaced"],
];
const TOKEN = "save_token done";

let browser;
const sites = {};
before(async () => {
  browser = await startBrowser();
  sites.serve = await startServe();
  sites.static = await startStatic();
});
after(async () => {
  await browser?.close();
  for (const { stop } of Object.values(sites)) await stop();
});

for (const site of ["serve", "static"])
  test(`the three rules are driven by keyboard (${site})`, () =>
    withPage(browser, sites[site].url, { viewport: SIZES.wide }, async (page) => {
      await tabTo(page, "email");
      await retype(page, "Bob@demo.example");
      await tabTo(page, "password");
      await retype(page, "one's first");
      const created = await enter(page, "Created");
      const authenticated = await enter(page, "Authenticated");
      await retype(page, "second");
      const replaced = await enter(page, "Replaced");

      assert.deepEqual(created.steps, [...CREATE, TOKEN]);
      assert.deepEqual(authenticated.steps, [...MATCH, TOKEN]);
      assert.deepEqual(replaced.steps, [...REPLACE, TOKEN]);
      const all = [created, authenticated, replaced];
      assert.deepEqual(
        all.map(({ tone }) => tone),
        ["created", "authenticated", "replaced"],
      );
      for (const { status, raw, answer, curl } of all) {
        assert.equal(status, "HTTP 200");
        assert.deepEqual(JSON.parse(raw), answer);
        assert.equal(answer.return.email, "bob@demo.example");
        assert.equal(answer.return.userId, created.answer.return.userId);
        assert.equal(curl.length, 2);
      }
      assert.equal(new Set(all.map(({ answer }) => answer.return.token)).size, 3);
      assert.match(created.curl[0], /--data-urlencode 'password=one'\\''s first'/);
      assert.match(replaced.records, /bob@demo\.example user 1 of company 1, credential version 2.*Tokens \(3\)/s);
    }));

test("a step opens by keyboard to the JSON of its call", () =>
  withPage(browser, sites.serve.url, { viewport: SIZES.wide }, async (page) => {
    await tabTo(page, "password");
    await enter(page, "Created");
    const isFirstStep = () => document.activeElement.matches("#steps > li:first-child summary");
    for (let presses = 0; presses < 10 && !(await page.evaluate(isFirstStep)); presses += 1) await page.keyboard.press("Tab");
    await page.keyboard.press("Enter");
    const open = page.locator("#steps details[open] pre").first();
    assert.equal(JSON.parse(await open.textContent()).call, "admit");
  }));

test("after a replacement the old password and the old token are refused, the new ones accepted", () =>
  withPage(browser, sites.serve.url, { viewport: SIZES.wide }, async (page) => {
    await tabTo(page, "password");
    await retype(page, "old");
    const first = await enter(page, "Created");
    await retype(page, "new");
    const second = await enter(page, "Replaced");

    await tabTo(page, "operation");
    await page.keyboard.type("Direct");
    await tabTo(page, "password");
    await enter(page, "Signed in");
    await retype(page, "old");
    assert.equal((await enter(page, "Refused: invalid_credentials")).answer.error.code, 4011);

    await tabTo(page, "operation");
    await page.keyboard.type("Session");
    await tabTo(page, "token");
    await retype(page, first.answer.return.token);
    assert.equal((await enter(page, "Refused: invalid_token")).answer.error.code, 4012);
    await retype(page, second.answer.return.token);
    await enter(page, "Valid");
  }));

test("a launch gives a code, which the product exchanges once", () =>
  withPage(browser, sites.serve.url, { viewport: SIZES.wide }, async (page) => {
    await tabTo(page, "operation");
    await page.keyboard.type("Launch");
    await tabTo(page, "password");
    const launched = await enter(page, "Created and launched");
    assert.equal(launched.status, "HTTP 303");
    await tabTo(page, "operation");
    await page.keyboard.type("Exchange");
    await tabTo(page, "code");
    await enter(page, "Exchanged");
    await enter(page, "Refused: invalid_token");
  }));

test("what was stored is gone after a reset", () =>
  withPage(browser, sites.serve.url, { viewport: SIZES.wide }, async (page) => {
    await tabTo(page, "password");
    await enter(page, "Created");
    await tabTo(page, "reset");
    await page.keyboard.press("Enter");
    await settled(page);
    assert.match(await page.locator("#records").textContent(), /Users \(0\).*Tokens \(0\)/);
    await tabTo(page, "password");
    await enter(page, "Created");
  }));

test("a vector is found and run by keyboard, its bytes shown", () =>
  withPage(browser, sites.static.url, { viewport: SIZES.wide }, async (page) => {
    await tabTo(page, "filter");
    await page.keyboard.type("request-malformed-raw-byte");
    const { status, curl } = await enter(page, "Matches: request-malformed-raw-byte");
    assert.deepEqual([status, curl], ["HTTP 400", []]);
    assert.match(await page.locator("#sent").textContent(), /\(hex\) ([0-9a-f]{2} )+/);
    await retype(page, "rule-replace");
    await tabTo(page, "vector");
    await enter(page, "Matches: rule-replace");
    assert.equal(await page.locator("#email").inputValue(), "ada@partner.example");
  }));

test("a result has a link, which holds no secret, and shows it again", () =>
  withPage(browser, sites.serve.url, { viewport: SIZES.wide }, async (page) => {
    await tabTo(page, "filter");
    await page.keyboard.type("rule-replace");
    await enter(page, "Matches: rule-replace");
    const { hash, href } = await page.evaluate(() => location);
    assert.equal(hash, "#vector=rule-replace");
    assert.equal(await page.locator("#verdict a").evaluate((link) => link.href), href);
    await page.reload();
    await page.locator("#headline", { hasText: "Matches: rule-replace" }).waitFor();
    assert.equal(await page.locator("#vector").inputValue(), "rule-replace");
    await page.evaluate(() => (location.hash = "#vector=rule-create"));
    await page.locator("#headline", { hasText: "Matches: rule-create" }).waitFor();
    await settled(page);
    await page.evaluate(() => (location.hash = "#vector=none"));
    await page.locator("#tally", { hasText: "no vector has the name" }).waitFor();
    await tabTo(page, "password");
    await enter(page, "Authenticated");
    assert.equal(await page.evaluate(() => location.hash), "");
  }));

test("the curl lines name the server that has the page", () =>
  withPage(browser, sites.serve.url, { viewport: SIZES.wide }, async (page) => {
    await tabTo(page, "password");
    const { curl } = await enter(page, "Created");
    for (const line of curl) assert.ok(line.includes(sites.serve.url.replace("/playground", "/api/sso/authenticate")), line);
  }));

for (const [size, viewport] of Object.entries(SIZES))
  test(`the list shows the whole name of each vector (${size})`, () =>
    withPage(browser, sites.static.url, { viewport }, async (page) => {
      const cut = await page.locator("#vector option").evaluateAll((options) => {
        const list = options[0].closest("select");
        return options
          .filter((option) => {
            const range = document.createRange();
            range.selectNodeContents(option);
            const { right } = range.getBoundingClientRect();
            return option.scrollWidth > option.clientWidth || right > list.getBoundingClientRect().right;
          })
          .map(({ value }) => value);
      });
      assert.deepEqual(cut, []);
    }));

test("all vectors match, judged by the page", () =>
  withPage(browser, sites.serve.url, { viewport: SIZES.wide }, async (page) => {
    const count = await page.locator("#vector option").count();
    assert.ok(count >= 939, `${count} vectors`);
    await tabTo(page, "all");
    await page.keyboard.press("Enter");
    const tally = page.locator("#tally", { hasText: "Done" });
    await tally.waitFor({ timeout: 300_000 });
    assert.equal(await tally.textContent(), `Done: ${count} of ${count} match`);
  }));

test("a vector that expects something else differs, and it is shown what", () =>
  withPage(browser, sites.serve.url, { viewport: SIZES.wide }, async (page) => {
    await page.route("**/vectors.json", async (route) => {
      const response = await route.fetch();
      const { world, vectors } = await response.json();
      const [wrong] = vectors.filter(({ id }) => id === "rule-create");
      wrong.response.status = 201;
      wrong.calls.pop();
      await route.fulfill({ response, json: { world, vectors: [wrong] } });
    });
    await page.reload();
    await page.locator("#tally", { hasText: "1 vectors" }).waitFor();
    await settled(page);
    await tabTo(page, "filter");
    const { tone } = await enter(page, "Differs: rule-create");
    assert.equal(tone, "failed");
    const different = await page.locator("#verdict [data-same=false] summary").allTextContents();
    assert.deepEqual(different, ["calls: not as expected", "status: not as expected"]);
  }));

test("the chosen colours are remembered", () =>
  withPage(browser, sites.serve.url, { viewport: SIZES.wide, colorScheme: "light" }, async (page) => {
    const background = () => page.evaluate(() => getComputedStyle(document.documentElement).backgroundColor);
    const light = await background();
    for (let presses = 0; presses < 5; presses += 1) {
      if (await page.evaluate(() => document.activeElement.name === "theme")) break;
      await page.keyboard.press("Tab");
    }
    await page.keyboard.press("ArrowLeft");
    const dark = await background();
    assert.notEqual(dark, light);
    await page.reload();
    await settled(page);
    assert.equal(await background(), dark);
    assert.equal(await page.locator("input[name=theme]:checked").inputValue(), "dark");
  }));

for (const theme of THEMES)
  for (const [size, viewport] of Object.entries(SIZES))
    test(`a screenshot is whole, and axe finds nothing (${theme}, ${size})`, (context) =>
      withPage(browser, sites.serve.url, { viewport, colorScheme: theme, reducedMotion: "reduce" }, async (page) => {
        await tabTo(page, "password");
        await enter(page, "Created");
        await page.evaluate(() => {
          for (const details of document.querySelectorAll("details")) details.open = true;
        });
        const picture = await page.screenshot({ fullPage: true });
        const { share, brightness } = await page.evaluate(measure, picture.toString("base64"));
        context.diagnostic(`${(share * 100).toFixed(0)} % one colour, brightness ${brightness.toFixed(2)}`);
        assert.ok(share < 0.95, "the screenshot is nearly blank");
        assert.ok(theme === "light" ? brightness > 0.7 : brightness < 0.3, `brightness ${brightness}`);
        assert.deepEqual(await page.evaluate(misplaced), []);
        // By the protocol, which the page's policy does not concern.
        await page.evaluate(AXE);
        const { violations, passes } = await page.evaluate(() => globalThis.axe.run());
        assert.deepEqual(
          violations.map(({ id, nodes }) => [id, nodes.map(({ html }) => html)]),
          [],
        );
        assert.ok(passes.some(({ id }) => id === "color-contrast"));
      }));

/** The share of a picture's most frequent colour, and how bright the picture is, 0 to 1. */
async function measure(base64) {
  const bytes = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
  const bitmap = await createImageBitmap(new Blob([bytes], { type: "image/png" }));
  const canvas = new OffscreenCanvas(bitmap.width, bitmap.height);
  const drawing = canvas.getContext("2d");
  drawing.drawImage(bitmap, 0, 0);
  const { data } = drawing.getImageData(0, 0, bitmap.width, bitmap.height);
  const counts = new Map();
  let sum = 0;
  for (let at = 0; at < data.length; at += 4) {
    const colour = (data[at] << 16) | (data[at + 1] << 8) | data[at + 2];
    counts.set(colour, (counts.get(colour) ?? 0) + 1);
    sum += data[at] + data[at + 1] + data[at + 2];
  }
  const pixels = data.length / 4;
  return { share: Math.max(...counts.values()) / pixels, brightness: sum / pixels / 3 / 255 };
}

/** Returns the elements that stand beyond the window's sides, or over one of their kind. */
function misplaced() {
  const wrong = [];
  if (document.documentElement.scrollWidth > innerWidth) wrong.push("the page scrolls sideways");
  for (const shown of document.querySelectorAll("main *, header *")) {
    const { left, right, width } = shown.getBoundingClientRect();
    if (width > 0 && shown.tagName !== "OPTION" && (left < 0 || right > innerWidth + 0.5))
      wrong.push(`beyond the sides: ${shown.outerHTML.slice(0, 80)}`);
  }
  const boxes = [...document.querySelectorAll(".card, .field, button, #steps > li, header > *")].filter(
    (box) => box.getBoundingClientRect().width > 0,
  );
  for (const one of boxes)
    for (const other of boxes) {
      if (one === other || one.contains(other) || other.contains(one)) continue;
      const [a, b] = [one.getBoundingClientRect(), other.getBoundingClientRect()];
      const overlaps = a.left < b.right - 1 && b.left < a.right - 1 && a.top < b.bottom - 1 && b.top < a.bottom - 1;
      if (overlaps) wrong.push(`overlap: ${one.outerHTML.slice(0, 60)} and ${other.outerHTML.slice(0, 60)}`);
    }
  return wrong;
}
