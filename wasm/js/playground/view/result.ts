import type { RawRequest } from "../../entries/raw.js";
import { curlLines, serverOf } from "../curl.js";
import { isHashing, type Run } from "../trace.js";
import { type Comparison, isMatch, type Judged, linkTo, type Vector } from "../vector.js";
import { verdictOn } from "../verdict.js";
import type { World } from "../world.js";
import { copyable } from "./copy.js";
import { byId, element, foldable } from "./element.js";
import { titledJson } from "./json.js";
import { requestText, responseView } from "./message.js";
import { recordsOf } from "./records.js";
import { stepItems } from "./steps.js";

const result = byId("result", HTMLElement);
const verdictBox = byId("verdict", HTMLElement);
const details = byId("details", HTMLElement);

/** Shows that something is being decided, and waits until it can be seen: hashing holds the page. */
export async function showBusy(isBusy: boolean): Promise<void> {
  result.setAttribute("aria-busy", String(isBusy));
  // A page that is not seen is not painted either.
  if (isBusy && !document.hidden) await new Promise((seen) => requestAnimationFrame(() => setTimeout(seen)));
}

/** Shows how a request of the form was decided. */
export function showRun(request: RawRequest, run: Run): void {
  const { tone, headline, sentence, next } = verdictOn(request.path, run);
  const hint = next === undefined ? [] : [element("p", { class: "next" }, next)];
  showVerdict(tone, headline, element("p", {}, sentence), ...hint, figures(run));
  showDetails(request, run);
}

/** Shows how a vector was decided, and whether that is what it expects. */
export function showJudged(vector: Vector, judged: Judged): void {
  const { request, run, comparisons } = judged;
  const isGood = isMatch(judged);
  const { headline } = verdictOn(request?.path, run);
  showVerdict(
    isGood ? "done" : "failed",
    `${isGood ? "Matches" : "Differs"}: ${vector.id}`,
    element("p", {}, `${vector.title}. ${headline}.`),
    element("ul", { class: "comparisons" }, ...comparisons.map(comparisonItem)),
    element(
      "p",
      { class: "muted" },
      `Proves ${vector.proves.join(", ")}. `,
      element("a", { href: linkTo(vector) }, "Link to this"),
    ),
    figures(run),
  );
  showDetails(request, run);
}

/** Shows what could not be shown otherwise. */
export function showFailure(error: unknown): void {
  showVerdict("failed", "This page failed", element("p", {}, `${error}`), element("p", {}, "Load it anew to go on."));
}

/** Shows what is stored now. */
export function showWorld(world: World): void {
  byId("world", HTMLElement).textContent = `Of ${world.name}. It is gone when you leave the page.`;
  byId("records", HTMLElement).replaceChildren(...recordsOf(world));
}

/** Goes back to how the page began. */
export function clear(): void {
  verdictBox.dataset["tone"] = "none";
  verdictBox.replaceChildren(
    element("p", { id: "headline" }, "Three rules"),
    element("p", {}, "An unknown user is created. A password that matches authenticates. Any other replaces the stored one."),
    element("p", { class: "next" }, "Nobody is known yet: press Enter in the form to see the first."),
  );
  details.hidden = true;
}

function showVerdict(tone: string, headline: string, ...rest: Node[]): void {
  verdictBox.dataset["tone"] = tone;
  verdictBox.replaceChildren(element("p", { id: "headline" }, headline), ...rest);
}

function figures({ steps, milliseconds }: Run): HTMLElement {
  const hashes = steps.filter(({ call }) => isHashing(call)).length;
  const text = `${steps.length} calls, ${hashes} of them Argon2id, in ${milliseconds.toFixed(0)} ms`;
  return element("p", { class: "muted", id: "figures" }, text);
}

function showDetails(request: RawRequest | undefined, run: Run): void {
  details.hidden = false;
  byId("steps", HTMLElement).replaceChildren(...stepItems(run.steps));
  byId("no-steps", HTMLElement).hidden = run.steps.length > 0;
  byId("answer", HTMLElement).replaceChildren(...responseView(run.response));
  byId("sent", HTMLElement).textContent = request === undefined ? "An operator's command, no request." : requestText(request);
  const lines = request === undefined ? [] : curlLines(request, serverOf(location.href));
  const none = element("p", { class: "muted" }, "No command line holds what was sent here.");
  byId("curl", HTMLElement).replaceChildren(
    ...(lines.length === 0 ? [none] : lines.map(({ label, command }) => copyable(`${label} command`, command))),
  );
}

function comparisonItem({ what, expected, actual, isSame }: Comparison): HTMLLIElement {
  if (isSame) return element("li", { "data-same": "true" }, `${what}: as expected`);
  const both = [titledJson("Expected", expected), titledJson("Actual", actual)];
  return element(
    "li",
    { "data-same": "false" },
    foldable(`${what}: not as expected`, element("div", { class: "pair" }, ...both)),
  );
}
