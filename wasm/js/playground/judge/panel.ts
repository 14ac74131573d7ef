// The Judge tab: a recording that is dropped, chosen or pasted is judged on the page. Loaded when the tab is opened.

import { byId } from "../view/element.js";
import { loadJudge } from "./module.js";
import { showJudgement, showNoJudgement } from "./view.js";

const panel = byId("judge", HTMLElement);
const result = byId("judge-result", HTMLElement);
const verdict = byId("judged", HTMLElement);
const file = byId("recording", HTMLInputElement);
const pasted = byId("pasted", HTMLTextAreaElement);

let isBusy = false;

async function judge(read: () => Promise<Uint8Array>, name: string): Promise<void> {
  if (isBusy) return;
  isBusy = true;
  result.setAttribute("aria-busy", "true");
  try {
    const [judgeIt, recording] = await Promise.all([loadJudge(), read()]);
    // Judging a large one takes the page a while, which it says before.
    await new Promise((painted) => setTimeout(painted));
    showJudgement(judgeIt(recording, name));
  } catch (error) {
    showNoJudgement(error instanceof Error ? error.message : String(error));
  } finally {
    isBusy = false;
    result.setAttribute("aria-busy", "false");
    // Where the columns stand one under the other, the verdict may be below what is seen.
    verdict.scrollIntoView({ block: "nearest" });
  }
}

const judgeFile = (given: File) => judge(async () => new Uint8Array(await given.arrayBuffer()), given.name);

file.addEventListener("change", () => {
  const [chosen] = file.files ?? [];
  if (chosen !== undefined) void judgeFile(chosen);
  // The same file may be chosen again, when it has changed.
  file.value = "";
});

byId("paste", HTMLFormElement).addEventListener("submit", (event) => {
  event.preventDefault();
  void judge(async () => new TextEncoder().encode(pasted.value), "what was pasted");
});
pasted.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) pasted.form?.requestSubmit();
});

// Wherever on the page a file is dropped: the browser would leave the page for it.
for (const name of ["dragover", "dragleave", "drop"] as const) {
  document.addEventListener(name, (event) => {
    if (panel.hidden) return;
    event.preventDefault();
    panel.dataset["dropping"] = String(name === "dragover");
    const [dropped] = event.dataTransfer?.files ?? [];
    if (name === "drop" && dropped !== undefined) void judgeFile(dropped);
  });
}

await loadJudge().then(
  () => verdict.replaceChildren("Nothing is judged yet."),
  (error: unknown) => showNoJudgement(String(error)),
);
