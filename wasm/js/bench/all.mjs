#!/usr/bin/env node
// Measures the package against its peers, prints the figures and writes `wasm/BENCHMARKS.md` with its plots.
//
//   node all.mjs --check PATH_TO_ssokey-check            less than 15 minutes
//   node all.mjs --check PATH_TO_ssokey-check --quick    two minutes, for a look

import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, writeFileSync } from "node:fs";
import { availableParallelism, cpus, loadavg } from "node:os";
import { fileURLToPath } from "node:url";
import { parseArgs, promisify } from "node:util";
import { OURS } from "./peers/hashes.mjs";
import { runtimes } from "./peers/run.mjs";
import { bars } from "./plot.mjs";
import { measure as measureSize } from "./size.mjs";
import { median, ratio } from "./statistics.mjs";

const ROOM = new URL("../../", import.meta.url);
const { values: options } = parseArgs({ options: { check: { type: "string" }, quick: { type: "boolean" } } });
if (options.check === undefined) throw new Error("usage: all.mjs --check PATH_TO_ssokey-check [--quick]");
const isQuick = options.quick;
const REPOSITORY = new URL("../../../", import.meta.url);
const run = promisify(execFile);

const rounds = isQuick ? 7 : 61;
const taken = await hashes();
const sections = [
  argon2id(taken),
  rest(await apart("rest.mjs", isQuick ? 60 : 400), await nativeRest()),
  http(await apart("http.mjs", isQuick ? 1 : 3, isQuick ? 4 : 10)),
  cold(await apart("cold-starts.mjs", isQuick ? 5 : 15), (runtime) => median(taken[runtime][OURS])),
  memory(await apart("memory.mjs", isQuick ? 1_000 : 10_000)),
  users(await apart("users.mjs", isQuick ? 100 : 500)),
  size(measureSize()),
  kit(await cargo("run", "--package", "ssokey-check", "--example", "bench"), await lint(isQuick ? 1_000 : 100_000)),
];
writeFileSync(new URL("BENCHMARKS.md", ROOM), page());
console.log(sections.join("\n"));
process.exit();

function page() {
  return `# Benchmarks

\`make bench\` measured this and wrote this page, on ${cpus()[0].model.trim()} with ${availableParallelism()} cores, Linux, with a load of ${loadavg()[0].toFixed(1)} at the end:
what else the machine did weighs on all figures, and on all contenders alike. They took turns in one process, or process by process; a figure is the median, and a
ratio the median of the ratios turn by turn.${isQuick ? "\n\n**This was a quick look (`--quick`), of a few rounds each: no measurement.**" : ""}

${sections.join("\n")}
\`make bench-server\` and \`make bench-overload\` load the server.
`;
}

/** Runs the \`measure\` of a file in a process of its own. */
async function apart(file, ...args) {
  say(file);
  const program = `import(${JSON.stringify(new URL(file, import.meta.url).href)})
    .then(({ measure }) => measure(...${JSON.stringify(args)}))
    .then((figures) => process.send(figures, () => process.exit()))`;
  const child = spawn(process.execPath, ["--eval", program], { stdio: ["ignore", "inherit", "inherit", "ipc"] });
  const ended = once(child, "exit").then(([code]) => Promise.reject(new Error(`${file} ended with ${code}`)));
  ended.catch(() => {});
  const [figures] = await Promise.race([once(child, "message"), ended]);
  return figures;
}

async function hashes() {
  const times = {};
  for (const [name, measure] of Object.entries(runtimes)) {
    say(`Argon2id in ${name}`);
    times[name] = await measure(rounds);
  }
  return times;
}

function argon2id(times) {
  const rows = Object.entries(times).flatMap(([runtime, contenders]) =>
    Object.entries(contenders).map(([name, taken]) => [
      runtime,
      name,
      median(taken).toFixed(1),
      Math.min(...taken).toFixed(1),
      ratio(contenders[OURS], taken).toFixed(2),
    ]),
  );
  const groups = Object.fromEntries(
    Object.entries(times).map(([runtime, contenders]) => [
      runtime,
      Object.fromEntries(Object.entries(contenders).map(([name, taken]) => [name, median(taken)])),
    ]),
  );
  plot("argon2id", bars("One Argon2id hash, m=19456 KiB, t=2, p=1", groups, { unit: "ms", isOurs: (name) => name === OURS }));
  return section(
    "Argon2id",
    `One hash with m=19456 KiB, t=2, p=1, in ${rounds} rounds. \`ssokey\`, \`hash-wasm\` and \`argon2id\` are WebAssembly, the others native. workerd compiles no bytes, which \`hash-wasm\` asks for.`,
    ["runtime", "by", "ms", "least ms", "ssokey takes of it"],
    rows,
    "argon2id",
  );
}

/** The microseconds of the same in native code, without a handler: the medians that divan prints. */
async function nativeRest() {
  const printed = await cargo("bench", "--package", "ssokey-core", "--bench", "sign_on");
  return ["with_values", "with_json"].map((name) => {
    const [, median, unit] = new RegExp(`${name}\\s[^│]*│[^│]*│\\s*([\\d.]+) (ns|µs|ms)`).exec(printed);
    return median * { ns: 0.001, µs: 1, ms: 1_000 }[unit];
  });
}

async function cargo(command, ...args) {
  say(`cargo ${command} ${args.join(" ")}`);
  const profile = command === "bench" ? [] : ["--release"];
  const { stdout } = await run("cargo", [command, "--quiet", "--locked", ...profile, ...args], { cwd: REPOSITORY });
  return stdout;
}

/** What the kit's `lint` takes for so many answers, beside ajv, as a table of plain text. */
async function lint(answers) {
  say("ssokey-check lint");
  const file = fileURLToPath(new URL("conformance/check/bench/lint.mjs", REPOSITORY));
  const { stdout } = await run(process.execPath, [file, options.check, answers]);
  return stdout;
}

function rest({ ssokey, plain }, [values, json]) {
  const native = { "`ssokey-core`, native": values, "`ssokey-core`, native, from JSON": json };
  const rows = Object.entries({ ssokey, plain, ...native }).map(([name, time]) => [name, time.toFixed(0)]);
  return section(
    "All of a sign-on but its hash",
    "A sign-on through the fetch handler in Node, over memory, with passwords that cost nothing. `plain` is the same three rules in TypeScript with zod (`wasm/js/bench/peers/plain.ts`), which has no audit, limits, deadline or settings. `ssokey-core` is without a handler, from bytes to bytes, over replies that are at hand.",
    ["by", "µs"],
    rows,
  );
}

function http({ wasm, native, plain }) {
  const servers = { "ssokey, wasm": wasm, "ssokey, native": native, "plain, hash-wasm": plain };
  const rates = Object.fromEntries(Object.entries(servers).map(([name, { signOns }]) => [name, signOns]));
  const isOurs = (name) => name.startsWith("ssokey");
  plot("sign-ons", bars("Sign-ons per second over HTTP", { "": rates }, { unit: "/s", isOurs }));
  const cells = (rate, other) => (rate === undefined ? ["", ""] : [rate.toFixed(1), (rate / other).toFixed(2)]);
  return section(
    "Sign-ons over HTTP",
    "A known user with a matching password, over memory, from 8 connections on the same cores. The wasm and `@node-rs/argon2` hash on a thread for each core; `hashes` is how many those threads compute before there is a server. The plain peer hashes by `hash-wasm` on its event loop.",
    ["by", "sign-ons/s", "of the wasm's", "hashes/s", "of the wasm's"],
    Object.entries(servers).map(([name, { signOns, hashes }]) => [
      name,
      ...cells(signOns, wasm.signOns),
      ...cells(hashes, wasm.hashes),
    ]),
    "sign-ons",
  );
}

function cold(times, hashOf) {
  return section(
    "Cold start",
    "In a process that has just started and has made a `Request` of its own: the import, and from there to the first answer without a hash, for which the wasm is unpacked, compiled and instantiated. Of that, undoing base64 takes less than 1 ms. workerd imports and compiles before it is asked; its first answer is timed by who asks, the way there and back included.",
    ["runtime", "import, ms", "to the first answer, ms", "one hash, ms"],
    Object.entries(times).map(([name, parts]) => [name, ...[...parts, hashOf(name)].map((time) => time?.toFixed(0) ?? "")]),
  );
}

function memory({ first, last }) {
  return section(
    "Linear memory",
    "The KiB of both instances. After the first sign-on the stored hash is one of 8 KiB, as 10,000 of today's take minutes; the memory is that of the first.",
    ["instance", "after one sign-on", `after ${isQuick ? "1,000" : "10,000"}`],
    Object.keys(first).map((name) => [name, first[name], last[name]]),
  );
}

function users(databases) {
  return section(
    "Stored users",
    "A sign-on but for its hash, in ms, over a database on this machine with so many users; three statements or transactions.",
    ["database", "1,000", "100,000", "1,000,000", "growth"],
    Object.entries(databases).map(([name, times]) => {
      const [least, , most] = times.map(({ milliseconds }) => milliseconds);
      return [name, ...times.map(({ milliseconds }) => milliseconds.toFixed(2)), (most / least).toFixed(2)];
    }),
  );
}

function size(modules) {
  const crates = [...new Set(Object.values(modules).flatMap((sums) => sums.map(([crate]) => crate)))];
  const of = Object.fromEntries(Object.entries(modules).map(([name, sums]) => [name, Object.fromEntries(sums)]));
  return section(
    "Size",
    "The bytes of code by crate, before `wasm-opt`; `core` and `alloc` are Rust's own, and what is generic counts where it is defined or used.",
    ["crate", ...Object.keys(modules)],
    crates.map((crate) => [crate, ...Object.keys(modules).map((name) => of[name][crate] ?? "")]),
  );
}

function kit(run, lint) {
  return `## The conformance kit

\`ssokey-check run\` against the kit's own server, and \`ssokey-check lint\` on recorded answers beside ajv with the schemas.

\`\`\`text
${run}
${lint}\`\`\`
`;
}

function section(title, how, head, rows, image) {
  const line = (cells) => `| ${cells.join(" | ")} |`;
  const table = [line(head), line(head.map(() => "---")), ...rows.map(line)].join("\n");
  const picture = image === undefined ? "" : `![${title}](benchmarks/${image}.svg)\n\n`;
  return `## ${title}\n\n${how}\n\n${picture}${table}\n`;
}

function plot(name, svg) {
  mkdirSync(new URL("benchmarks", ROOM), { recursive: true });
  writeFileSync(new URL(`benchmarks/${name}.svg`, ROOM), svg);
}

function say(what) {
  console.error(`bench: ${what}`);
}
