// The Judge tab of the playground, in Chromium: the same verdicts as the program's, by drop, paste and keyboard. CHECK is the program.

import assert from "node:assert/strict";
import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { whileListening } from "./listening.mjs";
import { startBrowser, startServe, startStatic, tabTo, withPage } from "./playground.mjs";

const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const CHECK = process.env.CHECK;
const WIDE = { width: 1280, height: 900 };
const NARROW = { width: 375, height: 740 };
/** Servers of the kit whose recorded runs are judged: what is wrong with each shows in other places. */
const SUBJECTS = ["", "--fault=flag-is-number", "--fault=nosniff-is-absent", "--fault=key-is-echoed", "--variant=body-in-chunks"];
/** Checks that ask every operation, and bad requests. */
const CHECKS = [
  "way.*",
  "key.refuses-unknown",
  "launch.answers-303",
  "launch.checks-as-sign-on",
  "exchange.gives-account",
  "session.answers-holder",
  "direct.accepts-password",
  "sign-out.ends-token",
];

const SUCCESS =
  '{"status_code":200,"return":{"loginId":"ann@partner.example","companyName":"Partner","isCreator":false,"domainOwnershipVerified":false,' +
  '"token":"0b7f1a52-6a0e-4a6e-9c1f-3d7a5c9e8f01","email":"ann@partner.example","userId":19790,"permissions":[],"isCompanyAdmin":false,' +
  '"accountType":"ENTERPRISE","domainMxVerified":false,"companyId":8272,"displayName":"ann@partner.example","companyDomain":"partner.example"},"stat":"ok"}';
const REFUSAL = '{"error":{"code":4010,"name":"invalid_ssokey","details":"no"},"status_code":401,"stat":"fail"}';
const entry = (status, text, headers = []) => ({
  request: { method: "GET", url: "https://sso.example.com/api/authenticate?userid=ann&password=pa%20ss+word" },
  response: { status, headers, content: { text } },
});
const archive = (...entries) => JSON.stringify({ log: { entries } });

/** Recordings by name; of each the program and the page say the same. */
const recordings = new Map([
  ["one answer", SUCCESS],
  ["one refusal", REFUSAL],
  ["lines", `${SUCCESS}\r\n\n${REFUSAL}\n`],
  ["many lines", `${SUCCESS}\n`.repeat(1000)],
  ["one wrong line of many", `${SUCCESS}\n${SUCCESS.replace('"isCreator":false', '"isCreator":0')}\n`.repeat(300)],
  ["an answer with line ends", JSON.stringify(JSON.parse(REFUSAL), null, 2)],
  ["an archive", archive(entry(200, SUCCESS), entry(401, REFUSAL), entry(200, REFUSAL))],
  ["an archive of other URLs", archive({ ...entry(200, "x"), request: { method: "GET", url: "https://other.example/" } })],
  ["an archive behind a byte order mark", `\ufeff${archive(entry(200, SUCCESS))}`],
  ["an archive with an odd entry", archive(entry(200, SUCCESS), { request: 7 })],
  ["an empty archive", archive()],
  ["nothing", ""],
  ["a page", "<html>secret"],
  ["half of an archive", archive(entry(200, SUCCESS)).slice(0, 300)],
  ["half of a line", `${SUCCESS}\n${REFUSAL.slice(0, 40)}`],
  ["a list", "[1]"],
]);

let browser;
const sites = {};
const folder = mkdtempSync(join(tmpdir(), "ssokey-judge-"));
before(async () => {
  browser = await startBrowser();
  sites.serve = await startServe();
  sites.static = await startStatic();
});
after(async () => {
  await browser?.close();
  for (const { stop } of Object.values(sites)) await stop();
  rmSync(folder, { recursive: true });
});

/** Has the program judge a server of the kit, and keeps what it recorded. */
async function recordRun(subject) {
  const args = ["serve", "--credentials", folder, ...(subject === "" ? [] : [subject])];
  const har = join(folder, "run.har");
  await whileListening(CHECK, args, { ready: /^ready (\S+)$/m }, async (url) => {
    const files = ["--ssokey-file", join(folder, "key.txt"), "--product-secret-file", join(folder, "product-secret.txt")];
    const options = [...files, ...CHECKS.flatMap((check) => ["--only", check]), "--record", har];
    const { status, stderr } = spawnSync(CHECK, ["run", url, ...options], { encoding: "utf8" });
    assert.ok(status < 2, `${status} ${stderr}`);
  });
  recordings.set(`a run ${subject}`, readFileSync(har, "utf8"));
}

/** Returns the program's report as JSON, or its error. */
function lintNatively(recording) {
  const file = join(folder, "recording");
  writeFileSync(file, recording);
  const { stdout, stderr } = spawnSync(CHECK, ["lint", file, "--report", "json"], { encoding: "utf8", maxBuffer: 1e9 });
  return stdout === "" ? { error: stderr } : { report: JSON.parse(stdout) };
}

const withJudge = (site, options, use) =>
  withPage(browser, sites[site].url, options, async (page) => {
    await tabTo(page, "tab-decide");
    await page.keyboard.press("ArrowRight");
    await page.locator("#judged", { hasText: "Nothing is judged yet" }).waitFor();
    await use(page);
  });

/** Drops a recording on the page as a file. */
async function drop(page, text, name) {
  const dataTransfer = await page.evaluateHandle(
    ([text, name]) => {
      const transfer = new DataTransfer();
      transfer.items.add(new File([text], name));
      return transfer;
    },
    [text, name],
  );
  await page.dispatchEvent("#recording", "drop", { dataTransfer });
}

const verdict = (page, text) => page.locator("#judged .headline", { hasText: text }).waitFor();
const listedChecks = (page) => page.locator("#findings > li > details > summary > code").allTextContents();

test("the page says of every recording what the program says", () =>
  withJudge("static", { viewport: WIDE }, async (page) => {
    for (const subject of SUBJECTS) await recordRun(subject);
    for (const [name, recording] of recordings) {
      const native = lintNatively(recording);
      const onPage = await page.evaluate(
        async ([recording, name]) => {
          const { loadJudge } = await import(new URL("playground/judge/module.js", document.baseURI).href);
          const judge = await loadJudge();
          try {
            return { report: judge(new TextEncoder().encode(recording), name).report };
          } catch ({ message }) {
            return { error: message };
          }
        },
        [recording, native.report?.target ?? name],
      );
      if (native.report !== undefined) assert.deepEqual(onPage.report, native.report, name);
      else {
        assert.match(onPage.error, /^this is not a recording: /, name);
        assert.ok(
          native.error.includes(onPage.error.replace("this is not a recording: ", "")),
          `${native.error} ${onPage.error}`,
        );
      }
    }
  }));

for (const site of ["serve", "static"])
  test(`an archive that is dropped is judged, without a request (${site})`, () =>
    withJudge(site, { viewport: WIDE }, async (page) => {
      const asked = [];
      page.on("request", (request) => asked.push(request.url()));
      await drop(page, recordings.get("an archive"), "traffic.har");
      await verdict(page, "NOT CONFORMANT");
      assert.match(await page.locator("#judged").textContent(), /traffic\.har: 3 answers were judged\./);
      const { report } = lintNatively(recordings.get("an archive"));
      const failed = report.checks.filter(({ outcome }) => outcome === "failed").map(({ id }) => id);
      assert.deepEqual(await listedChecks(page), failed);
      assert.deepEqual(asked, []);
      const text = await page.locator("body").textContent();
      assert.ok(!text.includes("pa ss") && !text.includes("pa%20ss"), "a password is shown");
    }));

test("the judge is loaded when its tab is opened, and not before", () =>
  withPage(browser, sites.serve.url, { viewport: WIDE }, async (page) => {
    const loaded = () => page.evaluate(() => performance.getEntriesByType("resource").map(({ name }) => name));
    assert.ok(!(await loaded()).some((name) => name.includes("judge")));
    await page.locator("#tab-judge").click();
    await page.locator("#judged", { hasText: "Nothing is judged yet" }).waitFor();
    assert.ok((await loaded()).some((name) => name.endsWith("judge.wasm")));
    assert.equal(await page.evaluate(() => location.hash), "#judge");
    await page.reload();
    await page.locator("#judged", { hasText: "Nothing is judged yet" }).waitFor();
    assert.equal(await page.locator("#decide").isVisible(), false);
  }));

test("a paste is judged, filtered and opened by the keyboard alone", () =>
  withJudge("serve", { viewport: WIDE }, async (page) => {
    await tabTo(page, "pasted");
    await page.keyboard.insertText(SUCCESS);
    await page.keyboard.press("Control+Enter");
    await verdict(page, "CONFORMANT");
    await page.keyboard.press("Control+A");
    await page.keyboard.insertText(REFUSAL.replace('"stat":"fail"', '"stat":"ok"'));
    await page.keyboard.press("Control+Enter");
    await verdict(page, "NOT CONFORMANT");
    const failed = await listedChecks(page);
    assert.ok(failed.length > 0);
    await tabTo(page, "outcome");
    await page.keyboard.type("all");
    const all = await listedChecks(page);
    assert.ok(all.length > failed.length);
    await tabTo(page, "search");
    await page.keyboard.type(failed[0]);
    assert.deepEqual(await listedChecks(page), [failed[0]]);
    await page.keyboard.press("Enter");
    assert.match(await page.locator("#listed").textContent(), /^1 of \d+ checks$/);
    await page.keyboard.press("Tab");
    await page.keyboard.press("Enter");
    assert.match(await page.locator("#findings details[open]").first().textContent(), /expected.*actual/s);
  }));

test("the verdict is seen at once on a narrow screen", () =>
  withJudge("static", { viewport: NARROW }, async (page) => {
    for (const [text, said] of [
      [SUCCESS, "CONFORMANT"],
      ["<html>", "Not judged"],
    ]) {
      await page.evaluate(() => scrollTo(0, 0));
      await drop(page, text, "answer.json");
      await verdict(page, said);
      await page.locator("#judge-result[aria-busy=false]").waitFor();
      const { top, bottom } = await page.locator("#judged").evaluate((card) => card.getBoundingClientRect().toJSON());
      assert.ok(top >= 0 && bottom <= NARROW.height + 1, `${top} to ${bottom}`);
    }
  }));

test("what the page cannot read of an archive is counted and named, with the verdict", () =>
  withJudge("static", { viewport: WIDE }, async (page) => {
    await drop(page, recordings.get("an archive with an odd entry"), "traffic.har");
    await verdict(page, "INCOMPLETE");
    const { unread } = lintNatively(recordings.get("an archive with an odd entry")).report.recording;
    assert.equal(unread.length, 2, unread.join());
    const told = await page.locator("#judged").textContent();
    assert.ok(told.includes(`2 entries could not be read: ${unread.join("; ")}`), told);
  }));

test("what cannot be judged is told, and the next is judged all the same", () =>
  withJudge("static", { viewport: WIDE }, async (page) => {
    await drop(page, "<html>", "page.html");
    await verdict(page, "Not judged");
    assert.match(await page.locator("#judged").textContent(), /this is not a recording: /);
    await drop(page, SUCCESS, "answer.json");
    await verdict(page, "CONFORMANT");
  }));

test("a file that is chosen is judged, and its report saved as a page", () =>
  withJudge("serve", { viewport: WIDE }, async (page) => {
    await page
      .locator("#recording")
      .setInputFiles({ name: "answer.json", mimeType: "application/json", buffer: Buffer.from(REFUSAL) });
    await verdict(page, "CONFORMANT");
    const [download] = await Promise.all([page.waitForEvent("download"), page.locator("#judged a").click()]);
    assert.equal(download.suggestedFilename(), "ssokey-check.html");
    const saved = readFileSync(await download.path(), "utf8");
    const file = join(folder, "answer.json");
    writeFileSync(file, REFUSAL);
    const native = execFileSync(CHECK, ["lint", file, "--report", "html"], { encoding: "utf8" });
    assert.equal(saved, native.replaceAll(file, "answer.json"));
  }));

for (const theme of ["light", "dark"])
  for (const [size, viewport] of Object.entries({ wide: WIDE, narrow: NARROW }))
    test(`axe finds nothing, and nothing stands beyond the sides (${theme}, ${size})`, () =>
      withJudge("serve", { viewport, colorScheme: theme, reducedMotion: "reduce" }, async (page) => {
        await drop(page, recordings.get("an archive"), "traffic-with-a-rather-long-name-of-a-file-that-somebody-saved.har");
        await verdict(page, "NOT CONFORMANT");
        if (process.env.SCREENSHOTS) {
          await page.screenshot({ path: join(process.env.SCREENSHOTS, `judge-${theme}-${size}.png`), fullPage: true });
        }
        await page.evaluate(() => {
          for (const details of document.querySelectorAll("#judge details")) details.open = true;
        });
        const beyond = await page.evaluate(() => {
          const shown = [...document.querySelectorAll("body *")].filter((one) => one.getBoundingClientRect().width > 0);
          const wrong = shown.filter((one) => one.tagName !== "OPTION" && one.getBoundingClientRect().right > innerWidth + 0.5);
          return wrong.map((one) => one.outerHTML.slice(0, 80));
        });
        assert.deepEqual(beyond, []);
        await page.evaluate(AXE);
        const { violations } = await page.evaluate(() => globalThis.axe.run());
        assert.deepEqual(
          violations.map(({ id, nodes }) => [id, nodes.map(({ html }) => html)]),
          [],
        );
      }));
