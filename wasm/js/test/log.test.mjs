import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { test } from "node:test";
import { logTo } from "../dist/cli/log.js";
import { HostFaultError } from "../dist/core/error.js";
import { requestId } from "../dist/http/request-id.js";
import { UnreadableHashError } from "../dist/storage/answer.js";

const SERVED = { id: "7", method: "GET", path: "/api/session", status: 200, code: undefined, milliseconds: 1.6 };
const REFUSED = { ...SERVED, status: 401, code: 4012 };
const FAILED = { ...SERVED, status: 503, code: 5030 };

/** Returns what a log writes, without the times. */
function written(format, log, terminal = {}) {
  const lines = [];
  const stream = { isTTY: false, hasColors: () => false, writableLength: 0, ...terminal, write: (line) => lines.push(line) };
  log(logTo(stream, format));
  return lines.map((line) => line.replace(/\d{4}-\d\d-\d\dT[\d:.]{12}Z/, "TIME"));
}

const all = (log) => {
  log.request(SERVED);
  log.request(REFUSED);
  log.request(FAILED);
  requestId.run("8", log.error, Object.assign(new Error("s3cret"), { stack: "", code: "EIO" }), "find_key");
  log.error(Object.assign(new Error("s3cret"), { stack: "" }), undefined);
  log.note("stopping");
};

test("JSON lines hold what is known, and no message of an error", () => {
  assert.deepEqual(written("json", all), [
    '{"time":"TIME","level":"info","id":"7","method":"GET","path":"/api/session","status":200,"milliseconds":2}\n',
    '{"time":"TIME","level":"info","id":"7","method":"GET","path":"/api/session","status":401,"code":4012,"milliseconds":2}\n',
    '{"time":"TIME","level":"error","id":"7","method":"GET","path":"/api/session","status":503,"code":5030,"milliseconds":2}\n',
    '{"time":"TIME","level":"error","id":"8","call":"find_key","error":"Error EIO"}\n',
    '{"time":"TIME","level":"error","error":"Error"}\n',
    '{"time":"TIME","level":"info","message":"stopping"}\n',
  ]);
});

test("text holds the same", () => {
  assert.deepEqual(written("text", all), [
    "TIME GET /api/session 200 2 ms 7\n",
    "TIME GET /api/session 401 4012 2 ms 7\n",
    "TIME GET /api/session 503 5030 2 ms 7\n",
    "TIME error in find_key 8: Error EIO\n",
    "TIME error: Error\n",
    "TIME stopping\n",
  ]);
});

test("an error of a network or a time-out is logged with its message, and what it may mean", () => {
  const lost = Object.assign(new Error("read ECONNRESET"), { code: "ECONNRESET" });
  const [line] = written("text", (log) => log.error(lost, "find_user"));
  assert.match(line, /^TIME error in find_user: Error ECONNRESET: read ECONNRESET: the connection was ended; try again/);
  const silent = new Error("Query read timeout");
  const [late] = written("text", (log) => log.error(silent, "find_user"));
  assert.match(late, /Error: Query read timeout: the server does not answer in time/);
});

test("an error of a server is logged with its class, code and SQLSTATE", () => {
  const twice = Object.assign(new Error("Duplicate entry '1-ann@x'"), { code: "ER_DUP_ENTRY", sqlState: "23000", sql: "INSERT" });
  const [line] = written("text", (log) => log.error(twice, "create_user"));
  assert.match(line, /^TIME error in create_user: Error ER_DUP_ENTRY 23000: the server refuses with ER_DUP_ENTRY; look it up/);
});

test("an error is logged once in a second, with the number of those that follow", (context) => {
  context.mock.timers.enable({ apis: ["setTimeout"] });
  const lost = (code) => Object.assign(new Error("x"), { code });
  const lines = written("json", (log) => {
    for (let time = 0; time < 100; time += 1) log.error(lost("EPIPE"), "find_key");
    log.error(lost("EPIPE"), "find_user");
    log.error(lost("EIO"), "find_key");
    context.mock.timers.tick(1_000);
    log.error(lost("EPIPE"), "find_key");
    log.error(lost("EPIPE"), "find_key");
    log.flush();
    log.flush();
  });
  assert.deepEqual(
    lines.map((line) => JSON.parse(line)).map(({ call, error, count }) => [call, error.slice(0, 11).trim(), count]),
    [
      ["find_key", "Error EPIPE", undefined],
      ["find_user", "Error EPIPE", undefined],
      ["find_key", "Error EIO", undefined],
      ["find_key", "Error EPIPE", 99],
      ["find_key", "Error EPIPE", undefined],
      ["find_key", "Error EPIPE", 1],
    ],
  );
});

test("a reply that does not fit is logged by its member, which is no value", () => {
  const fault = new HostFaultError({ call: "find_key", member: "key.id", expected: "a time" });
  const [line] = written("text", (log) => log.error(fault, fault.call));
  assert.equal(line, "TIME error in find_key: HostFaultError: the reply to `find_key` does not fit: `key.id` must be a time\n");
});

test("a hash that cannot be read is logged by its company and call, without its value", () => {
  const [line] = written("text", (log) => log.error(new UnreadableHashError(8272), "verify_password"));
  const says = "a user of company 8272 has a password hash that cannot be read; count such with `ssokey user hashes`";
  assert.equal(line, `TIME error in verify_password: UnreadableHashError: ${says}\n`);
});

test("an error that legacy clients see as 200 is one in the log", () => {
  const [line] = written("json", (log) => log.request({ ...FAILED, status: 200 }));
  assert.equal(JSON.parse(line).level, "error");
});

test("without a format it is text on a terminal and JSON elsewhere", () => {
  const log = (log) => log.note("stopping");
  assert.deepEqual(written(undefined, log, { isTTY: true }), ["TIME stopping\n"]);
  assert.deepEqual(written(undefined, log), ['{"time":"TIME","level":"info","message":"stopping"}\n']);
});

test("there is colour on a terminal that has it, and nowhere else", () => {
  const terminal = { isTTY: true, hasColors: () => true };
  assert.deepEqual(written("text", all, terminal).slice(0, 2), [
    "\x1b[2mTIME\x1b[0m GET /api/session \x1b[32m200\x1b[0m 2 ms \x1b[2m7\x1b[0m\n",
    "\x1b[2mTIME\x1b[0m GET /api/session \x1b[33m401 4012\x1b[0m 2 ms \x1b[2m7\x1b[0m\n",
  ]);
  for (const [format, stream] of [
    ["json", terminal],
    ["text", { isTTY: true }],
    ["text", { hasColors: () => true }],
  ]) {
    assert.ok(!written(format, all, stream).join("").includes("\x1b"));
  }
});

test("a log that is off writes nothing", () => {
  assert.deepEqual(written("off", all), []);
});

test("lines that nobody reads are lost once 4 MB wait, and their number is told to who reads again", async (context) => {
  const program = `
    import { logTo } from ${JSON.stringify(new URL("../dist/cli/log.js", import.meta.url).href)};
    const log = logTo(process.stderr, "text");
    const round = async () => {
      for (let line = 0; line < 50_000; line += 1) log.note("x".repeat(200));
      await new Promise(setImmediate);
      console.log(process.stderr.writableLength);
    };
    process.stdin.once("end", async () => {
      while (process.stderr.writableLength > 0) await new Promise(setImmediate);
      log.note("last");
    });
    await round();
    await round();
    process.stdin.resume();`;
  const child = spawn(process.execPath, ["--input-type=module", "--eval", program]);
  context.after(() => child.kill());
  let stdout = "";
  child.stdout.on("data", (text) => (stdout += text));
  while (stdout.split("\n").length < 3) await once(child.stdout, "data");
  for (const length of stdout.trim().split("\n")) assert.ok(Number(length) < 4_001_000, `${length} characters wait`);
  let stderr = "";
  child.stderr.on("data", (text) => (stderr += text));
  child.stdin.end();
  await once(child, "close");
  const lines = stderr.trimEnd().split("\n");
  const [, lost] = / (\d+) lines of the log were lost/.exec(lines.at(-2)) ?? [];
  assert.equal(lines.length - 2 + Number(lost), 100_000);
  assert.match(lines.at(-1), / last$/);
});

test("lines that are lost are told at the end, whether or not anybody reads", () => {
  const terminal = { writableLength: 4_000_000, once() {} };
  const lines = written(
    "text",
    (log) => {
      log.note("one");
      log.note("two");
      log.flush();
    },
    terminal,
  );
  assert.deepEqual(lines, ["TIME 2 lines of the log were lost; whatever reads it took none in time\n"]);
});
