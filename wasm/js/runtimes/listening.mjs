// Servers that are started by a command.

import { spawn } from "node:child_process";
import { once } from "node:events";
import { killGroup } from "../test/group.mjs";

const LIMIT = 120_000;

/**
 * Starts a command, and gives the first group of `ready` in what it prints, which is the URL where it listens. `stop` asks it and all that it
 * started to end, kills them after a grace, and gives whether it ended by itself.
 */
export async function listening(command, args, { ready = /listening on (http\S+)\s/i, ...options } = {}) {
  const child = spawn(command, args, { ...options, detached: true, stdio: ["ignore", "pipe", "pipe"] });
  const killAll = () => killGroup(child);
  process.once("exit", killAll);
  const ended = once(child, "close").finally(() => process.off("exit", killAll));
  let log = "";
  const started = new Promise((resolve) => {
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding("utf8").on("data", (text) => {
        log += text;
        const [, url] = ready.exec(log) ?? [];
        if (url !== undefined) resolve(url);
      });
    }
  });
  const timer = setTimeout(killAll, LIMIT);
  const failed = ended.then(() => Promise.reject(new Error(`the server has ended:\n${log}`)));
  const url = await Promise.race([started, failed]).finally(() => clearTimeout(timer));
  failed.catch(() => {});
  const stop = async (grace = 5_000) => {
    killGroup(child, "SIGTERM");
    const late = setTimeout(killAll, grace);
    const [, signal] = await ended;
    clearTimeout(late);
    return signal === null;
  };
  return { url, stop, log: () => log };
}

/** Runs `asked` with the URL of such a server, whose log is added to what that throws. */
export async function whileListening(command, args, options, asked) {
  const { url, stop, log } = await listening(command, args, options);
  try {
    return await asked(url);
  } catch (error) {
    throw new Error(`${error.message}\n${log()}`, { cause: error });
  } finally {
    await stop();
  }
}

/** What a server answers to a GET of a URL, as JSON. One that says too early that it is ready is asked again. */
export async function jsonFrom(url) {
  const deadline = Date.now() + LIMIT;
  for (;;) {
    try {
      return await askOnce(url);
    } catch (error) {
      if (error.cause === undefined || Date.now() > deadline) throw error;
      await new Promise((resolve) => setTimeout(resolve, 500));
    }
  }
}

async function askOnce(url) {
  const response = await fetch(url, { signal: AbortSignal.timeout(LIMIT) });
  const text = await response.text();
  if (!response.ok) throw new Error(`${response.status}: ${text.slice(0, 2000)}`);
  return JSON.parse(text);
}
