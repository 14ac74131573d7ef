#!/usr/bin/env node
// Puts more load on a server than it can bear, before and after its queue of hashes was fair, by turns, and judges what the queue
// is for. The server has one core, one of its threads hashes, and the load comes from this process on a different core.
//
//   node overload.mjs                          5 pairs of 5 seconds a phase, three minutes or so
//   node overload.mjs --pairs 1 --seconds 2

import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { Agent, request } from "node:http";
import { availableParallelism } from "node:os";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";

/** The work that waits at capacity, in seconds: as many clients as are served meanwhile. Overload is ten times as many. */
const BACKLOG = 0.4;
const TIMEOUT = 1_500;
/** Direct sign-ins per second, for a company that does not exist. */
const ATTACK = 147;
const SIGN_IN = new URLSearchParams({ userid: "eve@nowhere.example", password: "guess", company: "nowhere.example" }).toString();
const MODES = ["before", "after"];

const COLUMNS = {
  clients: "clients",
  capacity: "capacity/s",
  p99: "p99 ms",
  goodput: "10x: /s",
  overloadP99: "p99 ms",
  memory: "MB half",
  memoryAtEnd: "MB end",
  recovery: "recovery ms",
  alone: "partners/s",
  attacked: "attacked/s",
  share: "attacker %",
};

async function main() {
  const { values } = parseArgs({
    options: { pairs: { type: "string", default: "5" }, seconds: { type: "string", default: "5" } },
  });
  const [pairs, seconds] = [Number(values.pairs), Number(values.seconds)];
  const isPinned = pin(process.pid, 1);
  console.log(`${pairs} pairs, ${seconds} s a phase, ${isPinned ? "a core each for server and load" : "all cores for both"}`);
  console.log(
    `clients give up after ${TIMEOUT} ms; an attack is ${ATTACK} direct sign-ins/s for a company that does not exist\n`,
  );
  console.log(line("", Object.values(COLUMNS)));
  const runs = { before: [], after: [] };
  for (let pair = 0; pair < pairs; pair += 1) {
    for (const mode of MODES) {
      runs[mode].push(await measure(mode, seconds, isPinned));
      console.log(row(mode, runs[mode].at(-1)));
    }
  }
  const [before, after] = MODES.map((mode) => medians(runs[mode]));
  console.log(`\n${row("before", before)}\n${row("after", after)}   medians\n`);
  return judge(after);
}

/** All phases over a server of its own. */
async function measure(mode, seconds, isPinned) {
  const args = [fileURLToPath(new URL("overload-server.mjs", import.meta.url)), mode];
  const server = spawn(process.execPath, args, { stdio: ["ignore", "inherit", "inherit", "ipc"] });
  server.once("exit", (code) => {
    if (code) throw new Error(`the server ended with ${code}`);
  });
  if (isPinned) pin(server.pid, 0);
  try {
    const [{ url, partners }] = await once(server, "message");
    const memory = async () => {
      server.send("memory");
      return (await once(server, "message"))[0] / 1e6;
    };
    const signOns = (clients) => clientsOf(url, "/api/sso/authenticate", partners, clients);
    const { rate } = await signOns(partners.length).during(2000);
    const clients = Math.max(partners.length, Math.round(BACKLOG * rate));
    const usual = await signOns(clients).during(1000 * seconds);
    const overload = signOns(10 * clients);
    await overload.during(1000 * seconds, { isLast: false });
    const half = await memory();
    const over = await overload.during(1000 * seconds);
    const memoryAtEnd = await memory();
    const recovery = await timeUntilAnswered(url, partners[0]);
    const alone = await signOns(partners.length).during(1000 * seconds);
    const attack = attacking(url);
    const victims = signOns(partners.length);
    await victims.during(1000, { isLast: false });
    attack.refused = 0;
    const attacked = await victims.during(1000 * seconds);
    const hashed = attack.refused / seconds;
    attack.stop();
    return {
      clients,
      capacity: usual.rate,
      p99: usual.p99,
      goodput: over.rate,
      overloadP99: over.p99,
      memory: half,
      memoryAtEnd,
      recovery,
      alone: alone.rate,
      attacked: attacked.rate,
      share: (100 * hashed) / (hashed + attacked.rate),
    };
  } finally {
    server.kill();
  }
}

/** Clients that send one request after the other, each to the partners in turn, and give up what takes too long. */
function clientsOf(url, path, bodies, count) {
  let isOver = false;
  let times = [];
  const agents = [];
  for (let index = 0; index < count; index += 1) {
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    agents.push(agent);
    (async () => {
      while (!isOver) {
        const begun = performance.now();
        const status = await post(agent, url + path, bodies[index % bodies.length], TIMEOUT);
        if (status === 200) times.push(performance.now() - begun);
      }
    })();
  }
  return {
    async during(milliseconds, { isLast = true } = {}) {
      times = [];
      await pause(milliseconds);
      const measured = times.sort((a, b) => a - b);
      isOver = isLast;
      if (isLast) for (const agent of agents) agent.destroy();
      return { rate: (1000 * measured.length) / milliseconds, p99: measured[Math.floor(0.99 * measured.length)] ?? Number.NaN };
    },
  };
}

/** As many sign-ins as are sent, however few are answered. Those that are refused have been hashed. */
function attacking(url) {
  const agent = new Agent({ keepAlive: true });
  const begun = performance.now();
  let sent = 0;
  const attack = {
    refused: 0,
    stop() {
      clearInterval(timer);
      agent.destroy();
    },
  };
  const guess = async () => {
    if ((await post(agent, `${url}/api/authenticate`, SIGN_IN, 30_000)) === 401) attack.refused += 1;
  };
  const timer = setInterval(() => {
    for (; sent < (ATTACK * (performance.now() - begun)) / 1000; sent += 1) guess();
  }, 5);
  return attack;
}

async function timeUntilAnswered(url, body) {
  const begun = performance.now();
  const agent = new Agent();
  while ((await post(agent, `${url}/api/sso/authenticate`, body, TIMEOUT)) !== 200) await pause(10);
  return performance.now() - begun;
}

/** Returns the status of the answer; nothing where there was none in time. */
function post(agent, url, body, timeout) {
  return new Promise((resolve) => {
    const headers = { "content-type": "application/x-www-form-urlencoded", "content-length": body.length };
    const sent = request(url, { method: "POST", agent, headers }, (response) => {
      response.resume().once("end", () => settle(response.statusCode));
    });
    const timer = setTimeout(() => sent.destroy(), timeout);
    const settle = (status) => {
      clearTimeout(timer);
      resolve(status);
    };
    sent.once("error", () => settle(undefined)).once("close", () => settle(undefined));
    sent.end(body);
  });
}

/** Prints a verdict on each promise. Returns the exit code. */
function judge({ capacity, p99, goodput, overloadP99, memory, memoryAtEnd, recovery, alone, attacked, share }) {
  const verdicts = [
    [goodput >= 0.8 * capacity, `10x: ${(goodput / capacity).toFixed(2)} of capacity; at least 0.8 is promised`],
    [
      overloadP99 <= 3 * p99,
      `10x: p99 of the admitted is ${(overloadP99 / p99).toFixed(2)} times that at capacity; at most 3 is promised`,
    ],
    [
      memoryAtEnd <= 1.1 * memory,
      `10x: memory grows to ${(memoryAtEnd / memory).toFixed(2)} of what it was; at most 1.1 is promised`,
    ],
    [recovery <= 1000, `after it a client is answered in ${recovery.toFixed(0)} ms; at most 1000 is promised`],
    [share <= 25, `attacked: ${share.toFixed(0)} % of the hashes are the attacker's; a fifth is promised, and 25 is judged`],
    [
      attacked >= 0.5 * alone,
      `attacked: partners get ${(attacked / alone).toFixed(2)} of what they get alone; at least 0.5 is judged`,
    ],
  ];
  for (const [isKept, text] of verdicts) console.log(`${isKept ? "ok    " : "FAILED"} ${text}`);
  return verdicts.every(([isKept]) => isKept) ? 0 : 1;
}

/** Returns whether the process has that core for itself, if this system can do it. */
function pin(pid, core) {
  if (availableParallelism() < 2) return false;
  try {
    execFileSync("taskset", ["-acp", String(core), String(pid)], { stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
}

const pause = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));
const median = (numbers) => numbers.sort((a, b) => a - b)[Math.floor(numbers.length / 2)];
const medians = (runs) => Object.fromEntries(Object.keys(COLUMNS).map((name) => [name, median(runs.map((run) => run[name]))]));
const line = (name, cells) => name.padEnd(7) + cells.map((cell) => cell.padStart(12)).join("");
const row = (mode, run) =>
  line(
    mode,
    Object.keys(COLUMNS).map((name) => run[name].toFixed(1)),
  );

process.exitCode = await main();
process.exit();
