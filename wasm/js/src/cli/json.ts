const TEXT = String.raw`"(?:[^"\\\u0000-\u001f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"`;
const NUMBER = String.raw`-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?(?![\w.])`;
const SPACE = /[ \t\n\r]*/y;
const NAME = new RegExp(TEXT, "y");
const VALUE = new RegExp(String.raw`${TEXT}|${NUMBER}|(?:true|false|null)(?!\w)`, "y");

/** Tells where a text that is not JSON stops to be, and what should stand there. It quotes nothing of the text. */
export function mistakeIn(text: string): string {
  let at = 0;
  const takes = (pattern: RegExp | string): boolean => {
    at = endOf(SPACE, text, at) ?? at;
    const end = typeof pattern === "string" ? (text.startsWith(pattern, at) ? at + 1 : undefined) : endOf(pattern, text, at);
    at = end ?? at;
    return end !== undefined;
  };
  /** Returns what is missing, if something is. */
  const list = (end: string, item: () => string | undefined): string | undefined => {
    if (takes(end)) return undefined;
    do {
      const missing = item();
      if (missing !== undefined) return missing;
    } while (takes(","));
    return takes(end) ? undefined : `\`,\` or \`${end}\``;
  };
  const value = (): string | undefined => {
    if (takes("{")) return list("}", () => (takes(NAME) ? (takes(":") ? value() : "`:`") : "a name in double quotes"));
    if (takes("[")) return list("]", value);
    return takes(VALUE) ? undefined : "a value: a text in double quotes, a number, true, false or a list";
  };
  const missing = value() ?? "the end";
  takes(SPACE);
  const before = text.slice(0, at).split(/\r?\n/);
  return `at line ${before.length}, column ${(before.at(-1) ?? "").length + 1}, there should be ${missing}`;
}

/** Returns where the text that matches there ends. */
function endOf(pattern: RegExp, text: string, at: number): number | undefined {
  pattern.lastIndex = at;
  return pattern.test(text) ? pattern.lastIndex : undefined;
}
