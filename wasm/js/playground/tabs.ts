// The two tabs of the page, Decide and Judge. The address says which is open, so that it can be linked and is kept.

import { byId } from "./view/element.js";

const JUDGE = "#judge";
const tabs = ["decide", "judge"].map((id) => ({ tab: byId(`tab-${id}`, HTMLButtonElement), panel: byId(id, HTMLElement) }));
const skip = document.querySelector<HTMLAnchorElement>(".skip");

function open(wanted: HTMLButtonElement): void {
  for (const { tab, panel } of tabs) {
    const isWanted = tab === wanted;
    tab.setAttribute("aria-selected", String(isWanted));
    tab.tabIndex = isWanted ? 0 : -1;
    panel.hidden = !isWanted;
  }
  const isJudge = wanted.id === "tab-judge";
  skip?.setAttribute("href", isJudge ? "#judge-result" : "#result");
  if (isJudge) import("./judge/panel.js").catch((error: unknown) => byId("judged", HTMLElement).replaceChildren(String(error)));
}

function openByPerson(tab: HTMLButtonElement): void {
  open(tab);
  const hash = tab.id === "tab-judge" ? JUDGE : "";
  history.replaceState(null, "", location.pathname + location.search + hash);
}

for (const [at, { tab }] of tabs.entries()) {
  tab.addEventListener("click", () => openByPerson(tab));
  tab.addEventListener("keydown", ({ key }) => {
    if (key !== "ArrowLeft" && key !== "ArrowRight") return;
    const next = tabs[(at + 1) % tabs.length]?.tab ?? tab;
    openByPerson(next);
    next.focus();
  });
}

/** Opens the tab that the address names. */
export function openByAddress(): void {
  const { hash } = location;
  const wanted = hash === JUDGE ? "judge" : hash.startsWith("#vector=") ? "decide" : undefined;
  const tab = tabs.find(({ panel }) => panel.id === wanted)?.tab;
  if (tab !== undefined) open(tab);
}
addEventListener("hashchange", openByAddress);
openByAddress();
