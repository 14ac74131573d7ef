// The events of a server, one line of JSON each, wherever they go and whatever becomes of that.

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { once } from "node:events";
import { existsSync, readFileSync, renameSync, statSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { check, partnerFile, run, serve } from "./cli.mjs";
import { plant, tablesOf, temporaryFile } from "./database.mjs";
import { fields } from "./partner.mjs";

/** A server over a database with a partner, whose events go to `place`. */
async function site(context, placeBy, args = [], options = {}) {
  const path = await partnerFile(context);
  const place = placeBy(dirname(path));
  const { stdout } = await run("key", "issue", "--db", path, "--email", "it@partner.example", "--json");
  const { ssokey } = JSON.parse(stdout);
  const server = await serve(context, ["--db", path, "--events", place, ...args], options);
  const signOn = async (key = ssokey) => {
    const response = await fetch(`${server.url}/api/sso/authenticate`, { method: "POST", body: fields(key, "secret-password") });
    return response.status;
  };
  const stop = async () => {
    server.child.kill("SIGTERM");
    assert.equal((await server.ended).code, 0);
  };
  return { ...server, path, place, ssokey, signOn, stop };
}

const inFile = (directory) => join(directory, "events.jsonl");
const kindsIn = (text) =>
  text
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line).kind);

test("events and refusals are appended to a file, stored at the end, and hold no secret", async (context) => {
  const { signOn, stop, place, path, ssokey, output } = await site(context, inFile);
  writeFileSync(place, '{"kind":"before"}\n');
  assert.deepEqual([await signOn(), await signOn("ssok_wrong"), await signOn()], [200, 401, 200]);
  await stop();
  const text = readFileSync(place, "utf8");
  assert.deepEqual(kindsIn(text), ["before", "user_created", "key_refused", "signed_on"]);
  for (const secret of [ssokey, "secret-password", "ssok_wrong"]) assert.ok(!text.includes(secret));
  const stored = (await tablesOf(path)).events.map(({ kind }) => kind);
  assert.deepEqual(stored.slice(-3), ["user_created", "signed_on", "key_refused"]);
  assert.ok(!output.stderr.includes('"error":'));
});

test("a file of its own making is its owner's, and one that is moved away is made anew", async (context) => {
  const { signOn, stop, place } = await site(context, inFile);
  assert.equal(statSync(place).mode & 0o777, 0o600);
  await signOn();
  while (readFileSync(place, "utf8") === "") await sleep(20);
  renameSync(place, `${place}.1`);
  await signOn();
  await stop();
  assert.deepEqual(kindsIn(readFileSync(`${place}.1`, "utf8")), ["user_created"]);
  assert.deepEqual(kindsIn(readFileSync(place, "utf8")), ["signed_on"]);
});

test("events go to stdout by `-`, and a reader that leaves stops no request and is told", async (context) => {
  const { signOn, stop, child, output } = await site(context, () => "-");
  assert.equal(await signOn(), 200);
  while (!output.stdout.includes("user_created")) await sleep(20);
  child.stdout.destroy();
  for (let time = 0; time < 3; time += 1) assert.equal(await signOn(), 200);
  await stop();
  assert.match(output.stderr, /LostEventsError: \d+ events could not be written to --events \(E[A-Z_]+\)/);
});

test("a full disk stops no request, and what is lost is told and counted", async (context) => {
  const { signOn, stop, output } = await site(context, () => "/dev/full", ["--log", "json"]);
  const [, admin] = /at (http:\S+)"/.exec(output.stderr);
  for (let time = 0; time < 3; time += 1) assert.equal(await signOn(), 200);
  await sleep(100);
  assert.match(await (await fetch(`${admin}/metrics`)).text(), /^ssokey_events_lost 3$/m);
  await stop();
  const lost = output.stderr.split("\n").filter((line) => line.includes("LostEventsError"));
  assert.equal(lost.length, 1);
  assert.match(lost[0], /"error":"LostEventsError: 3 events could not be written to --events \(ENOSPC\)"/);
});

test("a line that the disk cut off does not run into the next", async (context) => {
  const place = inFile(dirname(temporaryFile(context)));
  writeFileSync(place, `${JSON.stringify({ kind: "before", fill: "x".repeat(900) })}\n`);
  const program = `
    import { truncateSync } from "node:fs";
    import { eventSink } from ${JSON.stringify(new URL("../dist/cli/events.js", import.meta.url).href)};
    const sink = await eventSink(${JSON.stringify(place)}, ({ message }) => console.log(message));
    sink.write({ kind: "torn", fill: "y".repeat(5000) });
    while (sink.lost === 0) await new Promise(setImmediate);
    truncateSync(${JSON.stringify(place)}, 960);
    sink.write({ kind: "after" });
    await sink.close();`;
  // A file may grow to two blocks, of 512 or 1024 bytes.
  const limited = ["-c", 'trap "" XFSZ; ulimit -f 2; exec "$@"', "sh", process.execPath, "--input-type=module", "-e", program];
  const told = execFileSync("sh", limited, { encoding: "utf8" });
  assert.equal(told, "1 events could not be written to --events (EFBIG)\n");
  const lines = readFileSync(place, "utf8").split("\n");
  assert.deepEqual(
    [JSON.parse(lines[0]).kind, lines[1].slice(0, 14), lines[2]],
    ["before", '{"kind":"torn"', '{"kind":"after"}'],
  );
});

test("a pipe that nobody reads, a directory and a path that leads nowhere are refused at the start", async (context) => {
  const path = await partnerFile(context);
  const pipe = join(dirname(path), "pipe");
  execFileSync("mkfifo", [pipe]);
  const start = (place) => ["serve", "--db", path, "--port", "0", "--events", place];
  await check({ args: start(pipe), code: 1, says: /cannot write events to `.*pipe`: nobody reads that pipe/ });
  await check({ args: start(dirname(path)), code: 1, says: /cannot write events to `.*`: it is a directory/ });
  await check({ args: start("/nowhere/events"), code: 1, says: /cannot write events to .*: its directory does not exist/ });
});

test("a server deletes old events by itself, and the deletion is an event of the file", async (context) => {
  const { stop, place, path } = await site(context, inFile, ["--purge-every", "1s", "--events-older-than", "1h"]);
  const old = `VALUES ('key_refused', 'unknown', ${Date.now() - 2 * 3_600_000})`;
  await plant(path, `INSERT INTO events (kind, reason, at) ${old}`);
  const kinds = async () => [...new Set((await tablesOf(path)).events.map(({ kind }) => kind))];
  for (let waited = 0; (await kinds()).includes("key_refused") && waited < 10_000; waited += 100) await sleep(100);
  assert.deepEqual((await kinds()).sort(), ["company_added", "events_purged", "key_issued"]);
  await stop();
  assert.ok(existsSync(place));
  assert.deepEqual([...new Set(kindsIn(readFileSync(place, "utf8")))], ["events_purged"]);
});

test("an age of events without an interval is refused", async (context) => {
  const args = ["serve", "--db", await partnerFile(context), "--port", "0", "--events-older-than", "90d"];
  await check({ args, code: 2, says: /`--events-older-than` needs `--purge-every`/ });
});

test("a kill of the reader while a reply is due is no end of the server", async (context) => {
  const { signOn, child, stop } = await site(context, () => "-");
  child.stdout.destroy();
  await once(child.stdout, "close");
  assert.equal(await signOn(), 200);
  await stop();
});
