#!/usr/bin/env node
// Saturates the server with sign-ons, on threads and in-thread by turns, and judges what the pool is for. The load comes
// from this process, on the same cores.
//
//   node run.mjs             10 seconds a turn
//   node run.mjs --seconds 5

import { fork } from "node:child_process";
import { once } from "node:events";
import { availableParallelism } from "node:os";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import autocannon from "autocannon";

const CONNECTIONS = 16;
const TURNS = ["in-thread", "pool", "in-thread", "pool"];

async function main() {
  const { values } = parseArgs({ options: { seconds: { type: "string", default: "10" } } });
  const seconds = Number(values.seconds);
  console.log(`${availableParallelism()} cores, ${CONNECTIONS} connections, ${seconds} s a turn; times in ms\n`);
  console.log(line("", "one hash", "delay p99", "longest", "sign-ons/s", "other"));
  const turns = [];
  for (const mode of TURNS) {
    const turn = { mode, ...(await measure(mode, seconds)) };
    turns.push(turn);
    const { hash, p99, longest, rate, others } = turn;
    console.log(line(mode, hash.toFixed(1), p99.toFixed(1), longest.toFixed(1), rate.toFixed(1), others));
  }
  return judge(turns);
}

/** One turn with a server of its own: the time of a hash, the loop's delay under load, sign-ons per second. */
async function measure(mode, seconds) {
  const server = fork(fileURLToPath(new URL("server.mjs", import.meta.url)), [mode]);
  const told = async () => {
    const ended = once(server, "exit").then(([code]) => Promise.reject(new Error(`the server ended with ${code}`)));
    ended.catch(() => {});
    const [message] = await Promise.race([once(server, "message"), ended]);
    return message;
  };
  try {
    const { url, body, hash } = await told();
    server.send("begin");
    const headers = { "content-type": "application/x-www-form-urlencoded" };
    const load = { url, method: "POST", headers, body, connections: CONNECTIONS, duration: seconds };
    const { "2xx": signOns, non2xx, errors, duration } = await autocannon(load);
    server.send("end");
    return { hash, ...(await told()), rate: signOns / duration, others: non2xx + errors };
  } finally {
    server.kill();
  }
}

/** Prints a verdict on each promise. Returns the exit code. */
function judge(turns) {
  const of = (mode, member) => turns.filter((turn) => turn.mode === mode).map((turn) => turn[member]);
  const hash = mean(turns.map((turn) => turn.hash));
  const [onThreads, inThread] = [mean(of("pool", "p99")), mean(of("in-thread", "p99"))];
  const ratio = mean(of("pool", "rate")) / mean(of("in-thread", "rate"));
  const others = turns.reduce((sum, turn) => sum + turn.others, 0);
  const verdicts = [
    [onThreads < hash / 2, `pool: delay p99 is ${(onThreads / hash).toFixed(2)} hashes; less than 0.5 is promised`],
    [inThread >= hash * 2, `in-thread: delay p99 is ${(inThread / hash).toFixed(2)} hashes; several were expected`],
    [ratio >= 1.3, `the pool's throughput is ${ratio.toFixed(2)} times that in-thread; at least 1.3 is promised`],
    [others === 0, `${others} answers were no successful sign-on; 0 is promised`],
  ];
  console.log();
  for (const [isKept, text] of verdicts) console.log(`${isKept ? "ok    " : "FAILED"} ${text}`);
  return verdicts.every(([isKept]) => isKept) ? 0 : 1;
}

const mean = (numbers) => numbers.reduce((sum, number) => sum + number, 0) / numbers.length;
const line = (name, ...cells) => name.padEnd(11) + cells.map((cell) => String(cell).padStart(12)).join("");

process.exitCode = await main();
