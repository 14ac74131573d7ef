import { Command as Base } from "commander";

/** A command that names an option it does not know before it asks for one that is missing: one may be the other, mistyped. */
export class Command extends Base {
  override createCommand(name?: string): Command {
    return new Command(name);
  }

  override parseOptions(args: string[]): { operands: string[]; unknown: string[] } {
    const parsed = super.parseOptions(args);
    const [flag] = parsed.unknown;
    // A command of commands leaves its options to these, and help is given whatever else is asked for.
    if (flag !== undefined && this.commands.length === 0 && !parsed.unknown.some((arg) => arg === "--help" || arg === "-h")) {
      const known = [...this.options, ...(this.parent?.parent ?? this.parent ?? this).options].flatMap(({ long }) => long ?? []);
      this.error(`error: unknown option '${flag.replace(/=.*/s, "")}'; ${hint(flag.replace(/=.*/s, ""), known)}`);
    }
    return parsed;
  }
}

/** Returns which of the known words was meant, or all of them. */
export function hint(word: string, known: readonly string[]): string {
  const [nearest = ""] = [...known].sort((a, b) => edits(word, a) - edits(word, b));
  return edits(word, nearest) <= 3 ? `did you mean \`${nearest}\`?` : `known are ${known.join(", ")}`;
}

/** Returns the number of characters to insert, delete or replace that make one word of the other. */
function edits(from: string, to: string): number {
  let row = Array.from({ length: to.length + 1 }, (_, column) => column);
  for (const [index, letter] of [...from].entries()) {
    const next = [index + 1];
    for (let column = 1; column <= to.length; column += 1) {
      const [left = 0, above = 0, corner = 0] = [next[column - 1], row[column], row[column - 1]];
      next.push(Math.min(left + 1, above + 1, corner + Number(letter !== to[column - 1])));
    }
    row = next;
  }
  return row.at(-1) ?? 0;
}
