// Runs before the page is painted, so that it never shows in the wrong colours.

const REMEMBERED = "ssokey-playground-theme";
const root = document.documentElement;

function apply(theme: string): void {
  if (theme === "system") delete root.dataset["theme"];
  else root.dataset["theme"] = theme;
}

/** A browser may refuse a page its memory. */
function remembered(): string {
  try {
    return localStorage.getItem(REMEMBERED) ?? "system";
  } catch {
    return "system";
  }
}

function remember(theme: string): void {
  try {
    localStorage.setItem(REMEMBERED, theme);
  } catch {
    // It is good until the page is left.
  }
}

apply(remembered());
for (const choice of document.querySelectorAll<HTMLInputElement>("input[name=theme]")) {
  choice.checked = choice.value === (root.dataset["theme"] ?? "system");
  choice.addEventListener("change", () => {
    apply(choice.value);
    remember(choice.value);
  });
}
