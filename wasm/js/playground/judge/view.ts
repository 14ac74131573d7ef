// A judgement on the page: the verdict, and the checks that the filter leaves.

import { byId, element, foldable } from "../view/element.js";
import { titledJson } from "../view/json.js";
import type { Judgement } from "./module.js";
import type { Finding, Mismatch, OutcomeName, Report } from "./report.js";

const VERDICTS: Record<Report["verdict"], { words: string; tone: string }> = {
  conformant: { words: "CONFORMANT", tone: "created" },
  not_conformant: { words: "NOT CONFORMANT", tone: "refused" },
  incomplete: { words: "INCOMPLETE", tone: "replaced" },
  baseline_outdated: { words: "BASELINE OUT OF DATE", tone: "replaced" },
};
const OUTCOMES: Record<OutcomeName, string> = {
  failed: "failed",
  could_not_run: "could not run",
  known: "known",
  passed: "passed",
  not_applicable: "not applicable",
};

const judged = byId("judged", HTMLElement);
const card = byId("findings-card", HTMLElement);
const outcome = byId("outcome", HTMLSelectElement);
const search = byId("search", HTMLInputElement);
const list = byId("findings", HTMLOListElement);
const listed = byId("listed", HTMLElement);

/** How many of the entries that could not be read are named. */
const NAMED = 5;

let shown: Report | undefined;
let saved = "";

for (const field of [outcome, search]) field.addEventListener("input", showFindings);
// Enter in the search would load the page anew.
byId("filters", HTMLFormElement).addEventListener("submit", (event) => event.preventDefault());

export function showJudgement({ report, page }: Judgement): void {
  shown = report;
  const { words, tone } = VERDICTS[report.verdict];
  const { recording, counts, target } = report;
  const answers = `${recording.judged} ${recording.judged === 1 ? "answer was" : "answers were"} judged`;
  const others = recording.ignored === 0 ? "" : `, ${recording.ignored} exchanges of other URLs, or without an answer, ignored`;
  URL.revokeObjectURL(saved);
  saved = URL.createObjectURL(new Blob([page], { type: "text/html" }));
  judged.dataset["tone"] = tone;
  judged.replaceChildren(
    element("p", { id: "verdict-of-judge", class: "headline" }, words),
    element("p", {}, `${target}: ${answers}${others}.`),
    ...unreadIn(recording.unread ?? []).map((text) => element("p", {}, text)),
    element("p", { class: "muted" }, countsIn(counts)),
    element("p", {}, element("a", { href: saved, download: "ssokey-check.html" }, "Save the report as a page")),
  );
  outcome.replaceChildren(...options(counts));
  search.value = "";
  card.hidden = false;
  showFindings();
}

/** Says what keeps the page from a judgement. */
export function showNoJudgement(why: string): void {
  shown = undefined;
  card.hidden = true;
  judged.dataset["tone"] = "failed";
  judged.replaceChildren(element("p", { class: "headline" }, "Not judged"), element("p", {}, why));
}

/** Says what could not be read, the first of it by name. */
function unreadIn(unread: string[]): string[] {
  if (unread.length === 0) return [];
  const entries = unread.length === 1 ? "entry" : "entries";
  const more = unread.length > NAMED ? `; and ${unread.length - NAMED} more` : "";
  return [`${unread.length} ${entries} could not be read: ${unread.slice(0, NAMED).join("; ")}${more}`];
}

function countsIn(counts: Report["counts"]): string {
  return names(counts)
    .map((name) => `${counts[name]} ${OUTCOMES[name]}`)
    .join(", ");
}

function options(counts: Report["counts"]): HTMLOptionElement[] {
  const all = element("option", { value: "" }, "all");
  const some = names(counts).map((name) => element("option", { value: name }, `${OUTCOMES[name]} (${counts[name]})`));
  if (counts.failed > 0) some[0]?.setAttribute("selected", "");
  return [all, ...some];
}

/** The outcomes that there are, worst first. */
function names(counts: Report["counts"]): OutcomeName[] {
  return (Object.keys(OUTCOMES) as OutcomeName[]).filter((name) => counts[name] > 0);
}

function showFindings(): void {
  if (shown === undefined) return;
  const words = search.value.toLowerCase().split(/\s+/);
  const isWanted = (finding: Finding) => {
    if (outcome.value !== "" && finding.outcome !== outcome.value) return false;
    const ids = finding.requirements.map(({ id }) => id);
    const text = [finding.id, finding.title, finding.level, finding.profile, ...ids].join(" ").toLowerCase();
    return words.every((word) => text.includes(word));
  };
  const found = shown.checks.filter(isWanted);
  list.replaceChildren(...found.map(item));
  listed.textContent = `${found.length} of ${shown.checks.length} checks`;
}

function item(finding: Finding): HTMLLIElement {
  const { id, level, title, requirements, mismatches = [], mismatch_count = 0, reason } = finding;
  const chip = element("span", { class: "chip", "data-outcome": finding.outcome }, OUTCOMES[finding.outcome]);
  const summary = element("summary", {}, chip, " ", element("code", {}, id), " ", element("span", { class: "muted" }, level));
  const quotes = requirements.map(({ id, sentence }) => element("p", {}, element("strong", {}, id), " ", ...coded(sentence)));
  const why = requirements.slice(0, 1).map(({ why }) => element("p", { class: "muted" }, why));
  const more = mismatch_count - mismatches.length;
  return element(
    "li",
    {},
    element(
      "details",
      {},
      summary,
      element("p", {}, ...coded(title)),
      ...quotes,
      ...why,
      ...(reason === undefined ? [] : [element("p", {}, reason)]),
      ...mismatches.map(comparison),
      ...(more > 0 ? [element("p", { class: "muted" }, `and ${more} more`)] : []),
    ),
  );
}

/** A text in which what stands between backticks is code. */
function coded(text: string): (Node | string)[] {
  return text.split("`").map((part, at) => (at % 2 === 1 ? element("code", {}, part) : part));
}

function comparison({ expected, actual, request, answer }: Mismatch): HTMLElement {
  const row = (name: string, text: string) => element("div", {}, element("dt", {}, name), element("dd", {}, ...coded(text)));
  const exchange = request === undefined ? [] : [titledJson("Request", request), titledJson("Answer", answer)];
  return element(
    "div",
    { class: "mismatch" },
    element("dl", {}, row("expected", expected), row("actual", actual)),
    ...(exchange.length === 0 ? [] : [foldable("The exchange, redacted", element("div", { class: "pair" }, ...exchange))]),
  );
}
