import { element } from "./element.js";

const TOKENS = /("(?:\\.|[^"\\])*")(\s*:)?|\b(?:true|false|null)\b|-?\d+/g;

/** A value as indented JSON, coloured. */
export function json(value: unknown): HTMLPreElement {
  const text = JSON.stringify(value, null, 2) ?? "nothing";
  const pre = element("pre");
  let end = 0;
  for (const { 0: token, 1: string, 2: colon, index } of text.matchAll(TOKENS)) {
    const kind = string === undefined ? "literal" : colon === undefined ? "string" : "name";
    pre.append(text.slice(end, index), element("span", { class: kind }, token));
    end = index + token.length;
  }
  pre.append(text.slice(end));
  return pre;
}

/** The same below a title. */
export function titledJson(title: string, value: unknown): HTMLElement {
  return element("div", {}, element("h3", {}, title), json(value));
}
