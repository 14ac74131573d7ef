import { element } from "./element.js";

const SHOWN = 1500;

/** A text to be copied, and the button that does. */
export function copyable(label: string, text: string): HTMLElement {
  const code = element("pre", { class: "command" }, text);
  const button = element("button", { type: "button", class: "quiet" }, "Copy");
  button.setAttribute("aria-label", `Copy the ${label}`);
  button.addEventListener("click", async () => {
    try {
      await navigator.clipboard.writeText(text);
      button.textContent = "Copied";
    } catch {
      // Without the right to the clipboard it is marked, and a key press away.
      getSelection()?.selectAllChildren(code);
      button.textContent = "Marked";
    }
    setTimeout(() => (button.textContent = "Copy"), SHOWN);
  });
  return element("div", { class: "copyable" }, element("div", { class: "bar" }, element("h3", {}, label), button), code);
}
