// Every form of report, validated by programs that are not ours. What the JSON says is compared with what the others say.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { before, test } from "node:test";
import Ajv from "ajv/dist/2020.js";
import { HtmlValidate, StaticConfigLoader } from "html-validate";
import { parse as parseJunit } from "junit2json";
import { XmlDocument } from "libxml2-wasm";
import markdownIt from "markdown-it";
import { FORMS, reportsOfFaulty } from "./run.mjs";
// The tests of the page, on the reports of the same run.
import "./page.mjs";

const SCHEMA = JSON.parse(readFileSync(new URL("../../../report.schema.json", import.meta.url), "utf8"));
const WORDS = ["passed", "failed", "known", "could not run", "not applicable"];
/** In the order in which every form groups the checks by them. */
const PROFILES = SCHEMA.$defs.check.properties.profile.enum;
/** The escapes that GitHub's runner decodes in the two parts of a command. */
const MESSAGE = { "%0D": "\r", "%0A": "\n", "%25": "%" };
const PROPERTY = { ...MESSAGE, "%3A": ":", "%2C": "," };

let reports, report, counts;
before(async () => {
  reports = await reportsOfFaulty();
  report = JSON.parse(reports.json);
  counts = Object.fromEntries(WORDS.map((word) => [word, report.counts[word.replaceAll(" ", "_")]]));
});

const failures = () => report.checks.filter(({ outcome }) => ["failed", "known"].includes(outcome));

/**
 * Returns the texts of a failure that every form has to have: the sentence without its Markdown, what was expected, what came,
 * why, and what to do.
 */
const due = ({ requirements: [{ sentence, why }], mismatches: [{ expected, actual }], again }) => [
  sentence,
  expected,
  actual,
  why,
  again,
];

/** Texts are compared without white space, and without the marks that Markdown takes for its own. */
const bare = (text) => text.replace(/[\s`]/g, "");

function assertTells(text, what) {
  assert.ok(bare(text).includes(bare(what)), `${what}\nis not in\n${text.slice(0, 2000)}`);
}

/** The failures that the report for people tells, each with its paragraph. */
function headed() {
  const paragraphs = reports.human.split("\n\n").map((text) => [/^\w+ (\S+) \(/.exec(text)?.[1], text]);
  return paragraphs.flatMap(([id, text]) =>
    failures()
      .filter((check) => check.id === id)
      .map((check) => [check, text]),
  );
}

/** The checks that a fold names besides its own: those that show the same fault, and those that follow from it. */
function besides(fold) {
  const lines = fold.split("\n").map((line) => line.trim());
  const lists = lines.map((line) => /^(?:also at|\d+ failures? follows? from this)\s+(.*)$/.exec(line)?.[1]);
  return lists.filter((list) => list !== undefined).flatMap((list) => list.split(", "));
}

/** Checks that each failure is told whole once, or is named once in one that is: with it it shares its fault, or from it it follows. */
function assertFoldsTell(folds) {
  const told = folds.map(([{ id }]) => id);
  assert.ok(told.length > 0 && told.length < failures().length, `${told.length} of ${failures().length}`);
  assert.deepEqual(
    told,
    headed().map(([{ id }]) => id),
  );
  for (const [check, text] of folds) for (const what of due(check)) assertTells(text, what);
  const named = folds.flatMap(([, text]) => besides(text));
  assert.deepEqual(
    [...told, ...named].sort(),
    failures()
      .map(({ id }) => id)
      .sort(),
  );
}

test("the run has some of each outcome, and a canary in each form", () => {
  for (const word of WORDS) assert.ok(counts[word] > 0, word);
  for (const form of FORMS) assert.match(reports[form], /alert\(1\)/, form);
});

test("the report for people begins and ends with the verdict", () => {
  const lines = reports.human.trimEnd().split("\n");
  assert.match(lines.at(-1), /^NOT CONFORMANT: \d+ passed, /);
  assert.equal(lines[1], lines.at(-1));
  assertFoldsTell(headed());
});

test("JSON fits its schema", () => {
  const validate = new Ajv({ strict: true, strictTypes: false, strictRequired: false, allErrors: true }).compile(SCHEMA);
  assert.ok(validate(report), JSON.stringify(validate.errors, null, 2));
  const wrong = structuredClone(report);
  delete wrong.checks.find(({ outcome }) => outcome === "known").reason;
  assert.ok(!validate(wrong), "the schema takes anything");
});

test("JUnit is well-formed for libxml2, and junit2json counts as we do", async () => {
  XmlDocument.fromString(reports.junit).dispose();
  const { testsuite, ...all } = await parseJunit(reports.junit);
  const suites = testsuite.filter(({ name }) => name !== "sequences");
  // The server is too faulty for all of them to be played.
  assert.ok(testsuite.find(({ name }) => name === "sequences").testcase[0].error);
  const cases = suites.flatMap(({ testcase }) => testcase);
  const skipped = cases.filter((it) => it.skipped !== undefined).map((it) => it.skipped[0].message.split(": ")[0]);
  assert.deepEqual(
    {
      passed: cases.filter(({ failure, error, skipped }) => !failure && !error && !skipped).length,
      failed: cases.filter(({ failure }) => failure).length,
      known: skipped.filter((word) => word === "known").length,
      "could not run": cases.filter(({ error }) => error).length,
      "not applicable": skipped.filter((word) => word === "not applicable").length,
    },
    counts,
  );
  assert.deepEqual([all.tests, all.failures, all.errors], [report.checks.length + 1, counts.failed, counts["could not run"] + 1]);
  for (const { name, tests, time, properties } of suites) {
    assert.equal(tests, report.checks.filter(({ profile }) => profile === name).length);
    assert.ok(time >= 0);
    assert.equal(properties.find((property) => property.name === "seed").value, report.seed);
  }
  for (const check of failures()) {
    const { failure, skipped } = cases.find(({ name }) => name === check.id);
    for (const text of due(check)) assertTells((failure ?? skipped)[0].inner, text);
  }
});

test("Markdown has its table and its folds for markdown-it, and no element of the server's", () => {
  const html = markdownIt({ html: true, linkify: true }).render(reports.markdown);
  const rows = [...html.matchAll(/<tr>\s*(.*?)\s*<\/tr>/gs)].map(([, row]) =>
    [...row.matchAll(/>([^<>\n]+)</g)].map(([, text]) => text),
  );
  const all = rows.find(([name]) => name === "all").slice(1);
  assert.deepEqual(
    all.map(Number),
    WORDS.map((word) => counts[word]),
  );
  assert.deepEqual(
    rows.slice(1, -1).map(([name]) => name),
    PROFILES.filter((it) => report.checks.some(({ profile }) => profile === it)),
  );
  const elements = new Set([...html.matchAll(/<([a-z0-9]+)/g)].map(([, name]) => name));
  const ours = "h2 p code table thead tbody tr th td strong details summary ul li".split(" ");
  assert.deepEqual(
    [...elements].filter((name) => !ours.includes(name)),
    [],
  );
  const entities = { "&lt;": "<", "&gt;": ">", "&quot;": '"', "&amp;": "&" };
  const plain = (text) => text.replace(/<[^>]*>/g, "").replace(/&\w+;/g, (entity) => entities[entity]);
  assertFoldsTell(
    html.match(/<details>.*?<\/details>/gs).map((fold) => {
      const [, id] = /<code>(.*?)<\/code>/.exec(fold);
      return [failures().find((check) => check.id === id), plain(fold)];
    }),
  );
});

test("GitHub's runner finds one command a line", () => {
  const decode = (text, codes) => text.replace(/%[0-9A-F]{2}/g, (code) => codes[code] ?? code);
  const commands = reports.github
    .trimEnd()
    .split("\n")
    .map((line) => {
      const [, kind, title, message] = /^::(\w+) title=([^,:]*)::(.*)$/.exec(line) ?? assert.fail(line);
      return { kind, title: decode(title, PROPERTY), message: decode(message, MESSAGE) };
    });
  const of = (start) => commands.filter(({ title }) => title.startsWith(start));
  const listed = (title) => of(title).flatMap(({ message }) => message.split("\n").at(-1).split(", ")).length;
  assert.match(commands[0].message, new RegExp(`^${counts.passed} passed, ${counts.failed} failed`));
  assert.deepEqual([listed("could not run"), listed("not applicable")], [counts["could not run"], counts["not applicable"]]);
  const errors = commands.filter(({ kind }) => kind === "error");
  const told = commands.flatMap(({ title, message }) => {
    const check = failures().find(({ id, outcome }) => title === `${outcome} ${id}`);
    return check === undefined ? [] : [[check, message]];
  });
  assertFoldsTell(told);
  const musts = told.filter(([{ outcome, level }]) => outcome === "failed" && level === "MUST").length;
  assert.equal(errors.length, musts + of("could not run").length + of("sequences").length);
});

test("HTML is valid for html-validate", async () => {
  const rules = {
    // A dot may stand in an id.
    "valid-id": ["error", { relaxed: true }],
    // The filter is not a form that is sent.
    "wcag/h32": "off",
  };
  const validator = new HtmlValidate(new StaticConfigLoader({ extends: ["html-validate:recommended"], rules }));
  const { results } = await validator.validateString(reports.html, "report.html");
  // A header that was sent empty is shown so, and ends in a blank. Nothing else may.
  const lines = reports.html.split("\n");
  const isEmptyHeader = ({ ruleId, line }) => ruleId === "no-trailing-whitespace" && /^[a-z-]+: $/.test(lines[line - 1]);
  const found = results.flatMap(({ messages }) => messages.filter((message) => !isEmptyHeader(message)));
  assert.deepEqual(
    found.map(({ line, message }) => `${line}: ${message}`),
    [],
  );
});
