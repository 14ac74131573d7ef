// Shows the checks that the filter asks for. Without it the page shows them all.
"use strict";
{
  const form = document.getElementById("filter");
  const shown = document.getElementById("shown");
  const checks = [...document.querySelectorAll("details.check")];
  const texts = new Map(checks.map((check) => [check, check.textContent.toLowerCase()]));

  const filter = () => {
    const wanted = new FormData(form);
    const outcomes = wanted.getAll("outcome");
    const words = wanted.get("text").toLowerCase().split(/\s+/);
    const fits = (check) =>
      outcomes.includes(check.dataset.outcome) &&
      ["profile", "level"].every((name) => ["", check.dataset[name]].includes(wanted.get(name))) &&
      words.every((word) => texts.get(check).includes(word));
    for (const check of checks) check.hidden = !fits(check);
    for (const profile of document.querySelectorAll("section.profile"))
      profile.hidden = profile.querySelector("details.check:not([hidden])") === null;
    const count = checks.filter((check) => !check.hidden).length;
    shown.value = `${count} of ${checks.length} checks shown`;
  };
  const open = (state) => {
    for (const check of checks) if (!check.hidden) check.open = state;
  };

  form.hidden = false;
  form.addEventListener("input", filter);
  form.addEventListener("submit", (event) => event.preventDefault());
  document.getElementById("open").addEventListener("click", () => open(true));
  document.getElementById("close").addEventListener("click", () => open(false));
  filter();
}
