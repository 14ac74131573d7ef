// Processes of the tests, each with a bound to its time.

import { spawn } from "node:child_process";
import { once } from "node:events";

const LIMIT = 600_000;

/** Starts a command. `ended` gives its code, its signal and what it printed; `printed` waits for a pattern in its standard output. */
export function start(command, args, options = {}) {
  const child = spawn(command, args, { stdio: ["ignore", "pipe", "pipe"], ...options });
  const kill = () => child.kill("SIGKILL");
  process.once("exit", kill);
  const timer = setTimeout(kill, LIMIT);
  const text = { out: "", err: "" };
  const waiting = [];
  child.stdout.setEncoding("utf8").on("data", (part) => {
    text.out += part;
    for (const look of waiting) look();
  });
  child.stderr.setEncoding("utf8").on("data", (part) => (text.err += part));
  const ended = once(child, "close")
    .then(([code, signal]) => ({ code, signal, ...text }))
    .finally(() => {
      clearTimeout(timer);
      process.off("exit", kill);
    });
  const printed = (pattern) => {
    const found = new Promise((resolve) => {
      const look = () => {
        const match = pattern.exec(text.out);
        if (match !== null) resolve(match);
      };
      waiting.push(look);
      look();
    });
    const never = ended.then(({ err }) => Promise.reject(new Error(`${command} has ended:\n${text.out}${err}`)));
    return Promise.race([found, never]);
  };
  return { child, ended, printed };
}

/** Runs a command, whose code must be 0 unless `codes` has others. */
export async function run(command, args, { codes = [0], ...options } = {}) {
  const ended = await start(command, args, options).ended;
  if (!codes.includes(ended.code)) {
    throw new Error(`${command} ${args.join(" ")} ended with ${ended.code ?? ended.signal}:\n${ended.out}${ended.err}`);
  }
  return ended;
}
