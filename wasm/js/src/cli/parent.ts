import { readFileSync } from "node:fs";

/** How often the parent is looked for, in milliseconds. */
const INTERVAL = 500;

/** Looked for when the program starts: they may end while it does. */
const { ppid } = process;
const shell = processOf(ppid);
const npm = shell !== undefined && processOf(shell.parent)?.name.startsWith("npm ") ? shell.parent : undefined;

/**
 * Calls `ended` when npm has ended that started this process, as `npx` does. npm hands a signal to the shell between
 * them, which does not hand it on. Returns what stops the watch. Whatever else started this process may end before it.
 */
export function onNpmEnd(ended: () => void): () => void {
  if (process.env["npm_command"] !== "exec") return () => {};
  const watch = setInterval(() => {
    if (process.ppid === ppid && (npm === undefined || processOf(ppid)?.parent === npm)) return;
    clearInterval(watch);
    ended();
  }, INTERVAL);
  return () => clearInterval(watch);
}

/** The name and the parent of a process, where the system has them as files. */
function processOf(id: number): { name: string; parent: number } | undefined {
  try {
    const [, name = "", parent] = /\((.*)\) \S (\d+)/s.exec(readFileSync(`/proc/${id}/stat`, "latin1")) ?? [];
    return { name, parent: Number(parent) };
  } catch {
    return undefined;
  }
}
